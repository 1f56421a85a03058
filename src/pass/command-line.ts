/** The command line for people on the unit. */

import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Command } from 'commander';
import type { Observation } from '../plan/observation.ts';
import { makePlan, type Plan, planOf, stepsOf } from '../plan/plan.ts';
import { redactionOf } from '../plan/redaction/redaction.ts';
import { stepText } from '../plan/step-text.ts';
import { parsedJson } from '../server/json.ts';
import { observeRound, openContext } from './context.ts';
import { type Environment, readContext } from './event.ts';
import { meansOf } from './means.ts';

export interface Surroundings {
  readonly env: Environment;
  readonly charmDirectory: string;
  readonly argv: readonly string[];
}

/** Runs the command line; throws for faults that are to set the exit code. */
export async function runCommandLine({ env, charmDirectory, argv }: Surroundings): Promise<void> {
  const program = new Command('charm')
    .description('The PostgreSQL charm of this unit. Neither command changes anything.')
    .addHelpText('after', '\nBoth commands print JSON, and ask Juju, so they run as root on the unit.');
  program
    .command('observe')
    .description('print what the charm sees: the facts of a pass, without passwords')
    .action(async () => {
      const event = readContext(env);
      if (event === null) return throughJuju(env, charmDirectory, ['observe']);
      printFor((await observeRound(await openContext(event, charmDirectory))).observation);
    });
  program
    .command('plan')
    .description('print what a pass would do now, and the ids of the rules that say so')
    .option('--from <file>', 'plan from a saved observation instead')
    .action(async ({ from }: { from?: string }) => {
      if (from !== undefined) {
        const observation = await saved(from);
        return printFor(observation, makePlan(observation, await meansOf(charmDirectory), []));
      }
      const event = readContext(env);
      if (event === null) return throughJuju(env, charmDirectory, ['plan']);
      const situation = await observeRound(await openContext(event, charmDirectory));
      printFor(situation.observation, planOf(situation, []));
    });
  await program.parseAsync([...argv], { from: 'user' });
}

/** Prints an observation, or the plan that was made of it, without secrets. */
function printFor(observation: Observation, plan: Plan | null = null): void {
  console.log(JSON.stringify(printed(observation, plan), null, 2));
}

/** The observation, or the plan made of it, as plain data that anybody may see. */
export function printed(observation: Observation, plan: Plan | null): unknown {
  const { data } = redactionOf(observation.juju.options);
  return data(plan === null ? observation : planText(plan));
}

function planText(plan: Plan): object {
  const { lanes, rules, status, problems, applicationStatus } = plan;
  return { rules, status, problems, applicationStatus, summary: stepsOf(plan).map(stepText), lanes };
}

async function saved(file: string): Promise<Observation> {
  const value: unknown = parsedJson(await readFile(file, 'utf8'));
  if (typeof value !== 'object' || value === null || !('juju' in value) || !('server' in value)) {
    throw new Error(`${file} is not an observation; make one with: charm observe > ${file}`);
  }
  return value as Observation;
}

/** Runs the same command where hook commands work. */
async function throughJuju(env: Environment, charmDirectory: string, args: readonly string[]): Promise<void> {
  const unit = unitOf(charmDirectory);
  if (unit === null)
    throw new Error('this is not a unit of a model: run it on one, or use: charm plan --from FILE');
  const command = [join(charmDirectory, 'dist/charm'), ...args].join(' ');
  const environment = Object.fromEntries(
    Object.entries(env).filter(([name]) => !/^(JUJU_|CHARM_)/.test(name)),
  );
  for (const tool of ['juju-exec', 'juju-run']) {
    try {
      const options = { env: environment, maxBuffer: 64 * 1024 * 1024, timeout: 120_000 };
      const { stdout } = await promisify(execFile)(tool, [unit, command], options);
      console.log(stdout.trimEnd());
      return;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    }
  }
  throw new Error('neither juju-exec nor juju-run is on this machine: run it on a unit, as root');
}

/** `postgresql/0` of /var/lib/juju/agents/unit-postgresql-0/charm. */
function unitOf(charmDirectory: string): string | null {
  const [, application, number] = /\/unit-([a-z0-9-]+)-(\d+)\/charm$/.exec(charmDirectory) ?? [];
  return application === undefined ? null : `${application}/${number}`;
}
