import { afterAll, beforeAll, expect, test } from 'vitest';
import type { HookRecord, Model, UnitMachine } from '../../testbed/api/index.ts';
import { clientWork, expectClientWorks } from './support/client-work.ts';
import { client, deployClient, deployServer, openStory, server, waitActive } from './support/deployment.ts';
import { type Snapshot, snapshotOf } from './support/snapshot.ts';
import { announcedSteps, killPointOf } from './support/step-lines.ts';

// The story is run once undisturbed. Then it is run again: the charm is killed once at each step it announces
// and in the middle of its long commands, and each hook is refused its commit once. Both must come to the
// same end.

let calm: Model | undefined;
let shaken: Model | undefined;
afterAll(() => Promise.all([calm, shaken].map(async (model) => model?.destroy())));

/** Steps and hooks of the undisturbed run, by chapter. */
const steps: Record<string, string[]> = {};
const hooks: Record<string, string[]> = {};
const ends: Record<string, Snapshot> = {};

const chapters = {
  deploy: (model: Model) => deployServer(model),
  join: async (model: Model) => {
    await deployClient(model, { config: clientWork });
    await model.integrate('postgresql:db', 'client:db');
  },
};

beforeAll(async () => {
  calm = await openStory('calm');
  for (const [chapter, begin] of Object.entries(chapters)) {
    const lines = await linesSoFar(calm);
    const records = await recordsSoFar(calm);
    await begin(calm);
    await waitActive(calm);
    steps[chapter] = await announcedSteps(calm, server, lines);
    hooks[chapter] = (await calm.history(server)).slice(records).map(({ hook }) => hook);
    ends[chapter] = await snapshotOf(calm, [server]);
  }
  await calm.destroy();
  calm = undefined;
  shaken = await openStory('shaken');
});

test('killed at each step and long command of its deployment, a unit comes to the same end', async () => {
  const model = shaken as Model;
  await deployServer(model);
  const points = await killEachStep(model, 'deploy');
  await killJobWithin(model, 'dpkg .*--unpack');
  await killJobWithin(model, 'dpkg .*--configure');
  await killWithin(model, '/initdb ');
  await waitActive(model);
  expect(await snapshotOf(model, [server])).toEqual(ends['deploy']);
  const records = await model.history(server);
  expect(killed(records).length, await told(model)).toBe(points + 1);
  expect(refusedCommits(records)).toEqual(committing('deploy'));
});

test('killed at each step of a client joining, a unit comes to the same end', async () => {
  const model = shaken as Model;
  const before = await recordsSoFar(model);
  const points = await killEachStep(model, 'join');
  await chapters.join(model);
  await waitActive(model);
  expect(await snapshotOf(model, [server])).toEqual(ends['join']);
  const records = (await model.history(server)).slice(before);
  expect(killed(records).length, await told(model)).toBe(points);
  expect(refusedCommits(records)).toEqual(committing('join'));
  await expectClientWorks(model, client);
});

/** One kill for each step, and a refused commit for each hook. Returns the number of kills. */
async function killEachStep(model: Model, chapter: string): Promise<number> {
  const points = steps[chapter] ?? [];
  expect(points.length).toBeGreaterThan(5);
  for (const point of points) await model.faults.killHookAt(server, killPointOf(point));
  for (const hook of committing(chapter)) await model.faults.failCommits(server, 1, hook);
  return points.length;
}

/** Kills the job that installs packages, and all it has started, as soon as a process of this command line runs on the unit. */
async function killJobWithin(model: Model, pattern: string): Promise<void> {
  const machine = await machineOnceUp(model);
  const own = pattern.replace(/[a-z]/, '[$&]');
  const script = `until pgrep -f '${own}'; do sleep 0.005; done
    systemctl kill --signal=KILL 'postgresql-charm-packages-*'`;
  await machine.sh(['timeout', '120', 'bash', '-c', script]);
}

/** Kills the charm, and all it has started, as soon as a process of this command line runs on the unit. */
async function killWithin(model: Model, pattern: string): Promise<void> {
  const machine = await machineOnceUp(model);
  // The first letter in brackets keeps the shell that looks from finding itself.
  const own = pattern.replace(/[a-z]/, '[$&]');
  // apt runs dpkg in a session of its own, so the charm is killed first and then what was found.
  const script = `group() { ps -o pgid= -p "$1" | tr -d ' '; }
    until found=$(pgrep -o -f '${own}') && charm=$(pgrep -o -f '/dist/char[m]$') &&
      kill -9 -- "-$(group $charm)"
    do sleep 0.005; done
    kill -9 -- "-$(group $found)" || true`;
  await machine.sh(['timeout', '90', 'bash', '-c', script]);
}

async function machineOnceUp(model: Model): Promise<UnitMachine> {
  return model.waitFor(async () => {
    const found = await model.machineOf(server);
    return (await found.exec('true').catch(() => null)) === null ? null : found;
  });
}

function committing(chapter: string): string[] {
  return [...new Set(hooks[chapter] ?? [])].filter((hook) => hook !== 'juju-exec').toSorted();
}

function killed(records: readonly HookRecord[]): HookRecord[] {
  return records.filter(({ signal }) => signal === 'SIGKILL');
}

function refusedCommits(records: readonly HookRecord[]): string[] {
  const refused = records.filter(({ exitCode, error }) => exitCode === 0 && error !== null);
  return refused.map(({ hook }) => hook).toSorted();
}

async function linesSoFar(model: Model): Promise<number> {
  return (await model.logs(server).catch(() => [])).length;
}

async function recordsSoFar(model: Model): Promise<number> {
  return (await model.history(server).catch(() => [])).length;
}

/** Steps that the charm announced, for the message of a kill that never came. */
async function told(model: Model): Promise<string> {
  return (await announcedSteps(model, server)).join('\n');
}
