import { afterAll, describe, expect, test } from 'vitest';
import type { Model } from '../../testbed/api/index.ts';
import { eventually } from './support/cluster/eventually.ts';
import { switchover, waitCluster } from './support/cluster/members.ts';
import { decisionOf } from './support/cluster/operator.ts';
import { commitsOf, expectOnePrimaryAtATime, watchServers } from './support/cluster/watcher.ts';
import { expectRowsKept, startWriter, type Writer } from './support/cluster/writer.ts';
import { client, deployClient, deployServer, openStory } from './support/deployment.ts';

const ofClone = ['passfile.write', 'job.start clone', 'cluster.create', 'server.start', 'slot.create'];
const ofOldPrimary = ['server.stop', 'bag.set replication:\\d+ unit', 'standby.signal', 'server.start'];
const ofNewPrimary = ['boot.set', 'server.promote', 'file.write', 'server.reload', 'bag.set db:\\d+ unit'];

let model: Model;
let writer: Writer;
let added = '';

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
