import { afterAll, describe, expect, test } from 'vitest';
import type { Model } from '../../testbed/api/index.ts';
import { eventually } from './support/cluster/eventually.ts';
import { lastStatusAt, messagesOf, switchover, waitCluster } from './support/cluster/members.ts';
import { breakStream, decisionOf, giveUp } from './support/cluster/operator.ts';
import { expectOnlyLastLost, expectRowsKept, type Lost } from './support/cluster/rows.ts';
import { commitsOf, expectOnePrimaryAtATime, watchServers } from './support/cluster/watcher.ts';
import { startWriter, type Writer } from './support/cluster/writer.ts';
import { client, deployClient, deployServer, openStory } from './support/deployment.ts';
import { oneStory } from './support/one-story.ts';

const ofClone = ['passfile.write', 'job.start clone', 'cluster.create', 'server.start', 'slot.create'];
const ofOldPrimary = ['server.stop', 'bag.set replication:\\d+ unit', 'standby.signal', 'server.start'];
const ofNewPrimary = ['server.promote', 'file.write', 'bag.set db:\\d+ unit'];
// Its fence has stopped the server long before.
const ofRewind = ['job.start rewind', 'server.start'];

let model: Model;
let writer: Writer;
let added = '';
const lost: Lost = new Set();

oneStory();
afterAll(() => model?.destroy());

/** The hook of `unit` that announces the step is killed; tells when it was. */
async function killAt(unit: string, step: string): Promise<() => Promise<void>> {
  const killed = async (): Promise<number> =>
    (await model.history(unit)).filter(({ exitCode }) => exitCode === null).length;
  const before = await killed();
  await model.faults.killHookAt(unit, { logLine: `(^| )step ${step}` });
  return async () => {
    await eventually(`${unit} was killed at ${step}`, async () => ((await killed()) > before ? true : null));
  };
}

/** A primary cut off from all, with rows of its own, in whose place another has taken over. */
interface Parted {
  old: string;
  primary: string;
  /** Statuses it has shown since then. */
  said(): Promise<string[]>;
  /** Gives it its network back and waits until it follows. */
  returns(): Promise<void>;
}

async function part(): Promise<Parted> {
  const { primary: old, standbys } = await waitCluster(model, 1);
  const [primary = ''] = standbys;
  const machine = await model.machineOf(old);
  await machine.cut();
  const goneMs = Date.now();
  await model.faults.takeLeadership('postgresql', primary);
  await breakStream(model, primary);
  await giveUp(model, old);
  await writer.goesOn();
  const before = await lastStatusAt(model, old);
  return {
    old,
    primary,
    said: () => messagesOf(model, old, before),
    async returns() {
      await machine.heal();
      const after = await waitCluster(model, 1, { primary });
      expect((await commitsOf(model, old)).some(({ atMs }) => atMs > goneMs)).toBe(true);
      expectOnePrimaryAtATime(
        (await Promise.all([old, primary].map((unit) => commitsOf(model, unit)))).flat(),
      );
      await expectOnlyLastLost(model, writer, after, goneMs, lost);
      await eventually('nothing is set aside any more', async () => {
        const { stdout } = await machine.exec('ls -d /var/lib/postgresql/*/main.* 2>/dev/null');
        return stdout === '' ? true : null;
      });
    },
  };
}

/** Kills a process on a unit's machine as soon as it is there, once. The pattern must not match itself. */
async function killWhenSeen(unit: string, pattern: string): Promise<() => Promise<void>> {
  const machine = await model.machineOf(unit);
  const killing = machine.exec(
    `timeout 120 bash -c 'until pkill -KILL -f "${pattern}"; do sleep 0.01; done'`,
  );
  return async () => expect((await killing).exitCode, `${pattern} was killed`).toBe(0);
}

function startingWith(messages: readonly string[], words: string): string[] {
  return messages.filter((message) => message.startsWith(words));
}

const cloning = 'Diverged: re-cloning from';

describe('the charm is killed as it announces a step', () => {
  test('a standalone primary', async () => {
    model = await openStory('replicas-crash');
    await deployServer(model);
    await deployClient(model);
    await model.integrate('postgresql:db', 'client:db');
    await waitCluster(model, 0);
    writer = await startWriter(model, client);
  });

  test('of a clone: the unit becomes a standby all the same', async () => {
    [added = ''] = await model.addUnit('postgresql');
    for (const step of ofClone) await (await killAt(added, step))();
    await expectRowsKept(model, writer, await waitCluster(model, 1));
    await watchServers(model, ['postgresql/0', added]);
  });

  test.each([
    ...ofOldPrimary.map((step) => ['old', step] as const),
    ...ofNewPrimary.map((step) => ['new', step] as const),
  ])('of a switchover, on the %s primary at %s: it is completed or taken back', async (side, step) => {
    const before = await waitCluster(model, 1);
    const target = before.standbys[0] ?? '';
    const { epoch } = await decisionOf(model);
    const killed = await killAt(side === 'old' ? before.primary : target, step);
    const task = await switchover(model, target);
    expect(task.status, task.message).not.toBe('running');
    await killed();
    await eventually(
      'the switchover is over',
      async () => {
        const decision = await decisionOf(model);
        return decision.kind === 'primary' && decision.epoch > epoch ? true : null;
      },
      200_000,
    );
    const after = await waitCluster(model, 1);
    await writer.goesOn();
    await expectRowsKept(model, writer, after);
  });

  test('two primaries were never there at once', async () => {
    expectOnePrimaryAtATime([
      ...(await commitsOf(model, 'postgresql/0')),
      ...(await commitsOf(model, added)),
    ]);
  });
});

describe('a primary that was cut off returns with rows of its own', () => {
  test('the charm is killed at each step of its return: it is rewound all the same', async () => {
    writer = await startWriter(model, client, ['postgresql/0', added]);
    const { old, primary, returns, said } = await part();
    const returned = returns();
    for (const step of ofRewind) await (await killAt(old, step))();
    await returned;
    // A hook that is killed shows no status.
    expect(
      (await model.logs(old)).filter(({ message }) => message.includes(`rewound to ${primary}`)),
    ).not.toEqual([]);
    expect(startingWith(await said(), cloning)).toEqual([]);
  });

  test('pg_rewind is killed: the charm says so, and it is copied', async () => {
    const { old, primary, returns, said } = await part();
    const killed = await killWhenSeen(old, '/[p]g_rewind ');
    const returned = returns();
    await killed();
    await returned;
    expect(startingWith(await said(), `Rewinding to ${primary} failed`)).not.toEqual([]);
    expect(startingWith(await said(), `${cloning} ${primary}`)).not.toEqual([]);
  });

  test('the job that runs it is killed: the charm is woken in its place, and has it copied', async () => {
    const { old, primary, returns, said } = await part();
    const killed = await killWhenSeen(old, '/[n]ode .* job rewind');
    const returned = returns();
    await killed();
    await returned;
    expect(startingWith(await said(), `${cloning} ${primary}`)).not.toEqual([]);
  });
});
