/** `npm run demo`: the charm's main story on real machines, typed as an operator would type it. */
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import {
  action,
  addressesOf,
  juju,
  model,
  quietly,
  type Shown,
  toolFolder,
  watchUntil,
} from './demo/stage.ts';
import { say, setUp } from './setup.ts';

const root = join(import.meta.dirname, '..');

const { values: options } = parseArgs({
  options: {
    keep: { type: 'boolean', default: false },
    short: { type: 'boolean', default: false },
    base: { type: 'string', default: 'bookworm' },
    juju: { type: 'string', default: '3.6' },
    help: { type: 'boolean', default: false },
  },
});
if (options.help) {
  console.log(`npm run demo -- [--short] [--keep] [--base bookworm|trixie] [--juju 2.9|3.6|4.0]

Deploys the packed charm and a client on machines of the testbed, lets the client write and read, adds standbys, moves the primary,
removes it, and cleans up.
  --short  one unit and its client only
  --keep   leave everything running and print how to go on by hand
  --base   Debian release of the machines: bookworm (PostgreSQL 15) or trixie (17)
  --juju   whose behaviour the testbed shows`);
  process.exit(0);
}
const { base, juju: version } = options;
if (base !== 'bookworm' && base !== 'trixie') {
  console.error(`--base is bookworm or trixie, not "${base}"`);
  process.exit(2);
}

const allActive = (units: readonly Shown[]) => units.every(({ current }) => current === 'active');
const primaryOf = (units: readonly Shown[]) =>
  units.find(({ message }) => message.startsWith('Live master'))?.unit;
const clientFollows = (units: readonly Shown[], primary: string | undefined) =>
  primary !== undefined &&
  units.some(({ message }) =>
    message.startsWith(`connected to ${addressesOf('postgresql')[primary] ?? '?'}/`),
  );
const sql = (text: string, ...more: string[]) => action(version, 'client/0', 'sql', `sql=${text}`, ...more);

/** A server, a client, a row written and read over the network. */
async function standalone(charm: string): Promise<void> {
  await juju('add-model', model, '--juju', version);
  await juju('deploy', `./${relative(root, charm)}`, 'postgresql', '--base', base);
  await juju('deploy', './tests/clients/pgclient-classic', 'client', '--base', base);
  await juju('integrate', 'client:db', 'postgresql:db');
  await watchUntil('the server lives and the client is connected', allActive);
  await juju('status', '--relations');
  await sql('create table greeting (id serial primary key, words text)');
  await sql("insert into greeting (words) values ('hello over the network')");
  await sql('select * from greeting');
  console.log('\nWhat the client was told (passwords masked):');
  const exec = version === '2.9' ? 'run' : 'exec';
  const bag = quietly(exec, '--unit', 'client/0', 'relation-get -r $(relation-ids db) - postgresql/0');
  console.log(bag.replaceAll(/(password[:=]\s*)[A-Za-z0-9]+/g, '$1********'));
}

/** Standbys, a reader on one of them, the primary moved and then removed; the client carries on. */
async function replicated(): Promise<void> {
  await juju('add-unit', 'postgresql', '-n', '2');
  const liveUnits = (count: number) => (units: readonly Shown[]) =>
    allActive(units) && units.filter(({ message }) => message.startsWith('Live ')).length === count;
  await watchUntil('two standbys have cloned the primary and follow it', liveUnits(3));
  await juju('status');
  await sql(
    'select words, pg_is_in_recovery() as on_a_standby from greeting',
    `host=${addressesOf('postgresql')['postgresql/1'] ?? ''}`,
  );

  await action(version, 'postgresql/leader', 'switchover', 'master=postgresql/1');
  await watchUntil('postgresql/1 is the primary and the client follows', (units) => {
    const moved = primaryOf(units) === 'postgresql/1' && liveUnits(3)(units);
    return moved && clientFollows(units, 'postgresql/1');
  });
  await sql("insert into greeting (words) values ('still here after the switchover')");

  await juju('remove-unit', 'postgresql/1', '--no-prompt');
  await watchUntil('another unit is the primary and the client follows', (units) => {
    const primary = primaryOf(units);
    return (
      primary !== undefined &&
      primary !== 'postgresql/1' &&
      liveUnits(2)(units) &&
      clientFollows(units, primary)
    );
  });
  await sql("insert into greeting (words) values ('and after the primary was removed')");
  await sql('select * from greeting');
  await juju('status');
}

/** Removes this demo, or an earlier one. */
function cleanUp(): void {
  quietly('destroy-model', model, '--no-prompt', '--force');
}

const charm = await setUp([base]);
cleanUp();
let failed = false;
try {
  say('the story begins');
  await standalone(charm);
  if (!options.short) await replicated();
} catch (error) {
  failed = true;
  console.error(`\nThe demo failed: ${error instanceof Error ? error.message : String(error)}\n`);
  console.error(quietly('status'));
  console.error(quietly('debug-log', '--replay', '-n', '60'));
}
if (options.keep) {
  console.log(`
It is still running. To go on by hand:
  export PATH=${toolFolder}:$PATH JUJU_MODEL=${model}
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
