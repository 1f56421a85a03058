import type { Command } from 'commander';
import type { TaskInfo } from '../../protocol/admin.ts';
import { asYaml } from '../printing.ts';
import { Refusal, refuse, usageError } from '../refusal.ts';
import { type ModelOptions, type Session, withModel } from '../session.ts';
import { applicationOf, unitsOf } from '../units.ts';
import { durationMs, repeatable, verb } from '../verb.ts';
import { follow, runTasks } from './tasks.ts';

export interface ExecOptions extends ModelOptions {
  unit: string[];
  application: string[];
  all?: boolean;
  wait?: number;
  timeout?: number;
  background?: boolean;
  format: string;
}

const defaultWaitMs = 300_000;

/** Registers exec. */
export function registerExec(program: Command): void {
  verb(program, 'exec <words...>', "Runs a command in units' hook environment.")
    .addOption(repeatable('-u, --unit <units>', 'on these units, separated by commas'))
    .addOption(repeatable('-a, --application <applications>', 'on all units of these applications'))
    .option('--all', 'on all units')
    .option('--wait <duration>', 'how long to wait', durationMs)
    .option('--background', 'returns at once')
    .option('--parallel', 'no effect on the testbed')
    .option('--format <format>', 'plain, yaml or json', 'plain')
    .passThroughOptions()
    .action((words: string[], options: ExecOptions) =>
      withModel(options, (session) => commandOn(session, words, options)),
    );
}

/** Runs a command on the chosen units and prints what it said, as `juju exec` or 2.9's `juju run`. */
export async function commandOn(session: Session, words: string[], options: ExecOptions): Promise<void> {
  if (words.length === 0) usageError('no commands specified');
  const units = await chosenUnits(session, options);
  const { operation, tasks } = await session.client.call('tasks.exec', { units, command: words.join(' ') });
  if (session.model.juju === '2.9') return printOldRun(session, tasks, options);
  await runTasks(session.client, operation, tasks, {
    timeoutMs: options.wait ?? defaultWaitMs,
    background: options.background ?? false,
    format: options.format === 'plain' ? null : options.format,
  });
}

async function chosenUnits({ client }: Session, options: ExecOptions): Promise<string[]> {
  const all = unitsOf(await client.call('status', {})).map((unit) => unit.name);
  if (options.all) return all;
  const applications = options.application.flatMap((text) => text.split(','));
  for (const name of applications) {
    if (!all.some((unit) => applicationOf(unit) === name))
      refuse(`application "${name}" has no units: see 'juju status'`);
  }
  const named = options.unit.flatMap((text) => text.split(','));
  const chosen = [...named, ...all.filter((unit) => applications.includes(applicationOf(unit)))];
  if (chosen.length === 0)
    usageError('you must specify a target, either through --all, --application or --unit');
  return [...new Set(chosen)];
}

async function printOldRun(session: Session, tasks: TaskInfo[], options: ExecOptions): Promise<void> {
  const finished: TaskInfo[] = [];
  for (const task of tasks) {
    finished.push(await follow(session.client, task, options.timeout ?? defaultWaitMs, () => {}));
  }
  const [only] = finished;
  if (finished.length === 1 && only) {
    process.stdout.write(String(only.results['stdout'] ?? ''));
    process.stderr.write(String(only.results['stderr'] ?? ''));
    const code = Number(only.results['return-code'] ?? 1);
    if (code !== 0) throw new Refusal(`subprocess encountered error code ${code}`, code);
    return;
  }
  process.stdout.write(
    asYaml(
      finished.map((task) => ({
        ...(Number(task.results['return-code'] ?? 1) === 0
          ? {}
          : { ReturnCode: task.results['return-code'] ?? 1 }),
        Stdout: String(task.results['stdout'] ?? ''),
        ...(task.results['stderr'] ? { Stderr: task.results['stderr'] } : {}),
        UnitId: task.unit,
      })),
    ),
  );
}
