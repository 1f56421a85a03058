/** `npm run demo`: the charm's main story on real machines, typed as an operator would type it. */
import { spawn, spawnSync } from 'node:child_process';
import { join, relative } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import type { Base } from '../testbed/machines/index.ts';
import { say, setUp } from './setup.ts';

const root = join(import.meta.dirname, '..');

const { values: options } = parseArgs({
  options: {
    keep: { type: 'boolean', default: false },
    base: { type: 'string', default: 'bookworm' },
    juju: { type: 'string', default: '3.6' },
    help: { type: 'boolean', default: false },
  },
});
if (options.help) {
  console.log(`npm run demo -- [--keep] [--base bookworm|trixie] [--juju 2.9|3.6|4.0]

Deploys the packed charm and a client on machines of the testbed, lets the client write and read, and cleans up.
  --keep   leave everything running and print how to go on by hand
  --base   Debian release of the machines: bookworm (PostgreSQL 15) or trixie (17)
  --juju   whose behaviour the testbed shows`);
  process.exit(0);
}
if (!['bookworm', 'trixie'].includes(options.base)) {
  console.error(`--base is bookworm or trixie, not "${options.base}"`);
  process.exit(2);
}

const model = 'demo';
const env = {
  ...process.env,
  PATH: `${join(root, 'testbed/bin')}:${process.env['PATH'] ?? ''}`,
  JUJU_MODEL: model,
};

/** Types a juju command and shows it and its output. Throws when it fails. */
function juju(...args: string[]): Promise<void> {
  console.log(`\n$ juju ${args.map((arg) => (/^[\w./:=@-]+$/.test(arg) ? arg : `'${arg}'`)).join(' ')}`);
  return new Promise((resolve, reject) => {
    const child = spawn('juju', args, { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'] });
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`juju ${args[0]} ended with ${code}`)),
    );
  });
}

/** Runs a juju command without showing it and returns what it printed. */
function quietly(...args: string[]): { stdout: string; failed: boolean } {
  const done = spawnSync('juju', args, { cwd: root, env, encoding: 'utf8' });
  return { stdout: done.stdout, failed: done.status !== 0 };
}

const Status = z.object({
  applications: z.record(
    z.string(),
    z.object({
      units: z
        .record(
          z.string(),
          z.object({ 'workload-status': z.object({ current: z.string(), message: z.string().optional() }) }),
        )
        .optional(),
    }),
  ),
});

/** Shows each change of a unit's status until `done` holds for all of them. */
async function watchUntil(
  what: string,
  done: (unit: string, current: string, message: string) => boolean,
): Promise<void> {
  const deadlineMs = performance.now() + 300_000;
  const shown = new Map<string, string>();
  for (;;) {
    const { applications } = Status.parse(JSON.parse(quietly('status', '--format', 'json').stdout));
    const units = Object.values(applications).flatMap((application) =>
      Object.entries(application.units ?? {}),
    );
    for (const [unit, { 'workload-status': status }] of units) {
      const text = `${status.current}: ${status.message ?? ''}`;
      if (shown.get(unit) !== text) console.log(`   ${unit.padEnd(14)} ${text}`);
      shown.set(unit, text);
    }
    if (
      units.length > 0 &&
      units.every(([unit, { 'workload-status': status }]) => done(unit, status.current, status.message ?? ''))
    )
      return;
    if (performance.now() > deadlineMs) throw new Error(`waited 5 minutes in vain until ${what}`);
    await pause(200);
  }
}

/** Removes an earlier demo. */
function cleanUp(): void {
  quietly('destroy-model', model, '--no-prompt', '--force');
}

const charm = await setUp([options.base as Base]);
cleanUp();
let failed = false;
try {
  say('the story begins');
  await juju('add-model', model, '--juju', options.juju);
  await juju('deploy', `./${relative(root, charm)}`, 'postgresql', '--base', options.base);
  await juju('deploy', './tests/clients/pgclient-classic', 'client', '--base', options.base);
  await juju('integrate', 'client:db', 'postgresql:db');
  await watchUntil('the server lives and the client is connected', (_, current) => current === 'active');
  await juju('status', '--relations');

  await juju('run', 'client/0', 'sql', 'sql=create table greeting (id int primary key, words text)');
  await juju('run', 'client/0', 'sql', "sql=insert into greeting values (1, 'hello over the network')");
  await juju('run', 'client/0', 'sql', 'sql=select * from greeting');

  console.log('\nWhat the client was told (passwords masked):');
  const bag = quietly(
    'exec',
    '--unit',
    'client/0',
    'relation-get -r $(relation-ids db) - postgresql/0',
  ).stdout;
  console.log(bag.replaceAll(/(password[:=]\s*)[A-Za-z0-9]+/g, '$1********'));
} catch (error) {
  failed = true;
  console.error(`\nThe demo failed: ${error instanceof Error ? error.message : String(error)}\n`);
  console.error(quietly('status').stdout);
  console.error(quietly('debug-log', '--replay', '-n', '40').stdout);
}
if (options.keep) {
  console.log(`
It is still running. To go on by hand:
  export PATH=${join(root, 'testbed/bin')}:$PATH JUJU_MODEL=${model}
  juju status --watch 2s
  juju ssh postgresql/0
  juju run client/0 sql sql='select version()'
  juju add-unit postgresql
  juju debug-log --replay
  juju destroy-model ${model} --no-prompt`);
} else {
  say('cleaning up');
  cleanUp();
}
say(failed ? 'failed' : 'done');
process.exitCode = failed ? 1 : 0;
