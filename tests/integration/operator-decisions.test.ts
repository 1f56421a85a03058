import { afterAll, describe, expect, test } from 'vitest';
import type { Model } from '../../testbed/api/index.ts';
import { switchover, waitCluster } from './support/cluster/members.ts';
import { decisionOf, look } from './support/cluster/operator.ts';
import { deployServer, openStory } from './support/deployment.ts';
import { oneStory } from './support/one-story.ts';

// A task says what became of what an operator has decided: one that was not written, or does not count, has failed, and says why.

let model: Model;

oneStory();
afterAll(() => model?.destroy());

/** Makes `unit`, the leader, the primary's unit too, as it usually is; tells the other. */
async function leadingPrimary(): Promise<{ primary: string; standby: string }> {
  const { primary, standbys } = await waitCluster(model, 1);
  await model.faults.takeLeadership('postgresql', primary);
  await model.waitSettled();
  return { primary, standby: standbys[0] ?? '' };
}

describe('on the leader', () => {
  test('two units come up', async () => {
    model = await openStory('decisions');
    await deployServer(model, { units: 2 });
    await waitCluster(model, 1);
  });

  test.each<[string, Record<string, unknown>]>([
    ['switchover', {}],
    ['rotate-password', { scope: 'replication' }],
    ['maintenance-mode-start', {}],
  ])('%s fails with the reason when it cannot be written', async (action, parameters) => {
    const { primary, standby } = await leadingPrimary();
    const before = await decisionOf(model);
    await model.faults.failCommand(primary, 'relation-set', 'ERROR the controller is away');
    const all = action === 'switchover' ? { master: standby } : parameters;
    const task = await model.run(primary, action, all);
    await model.faults.clear(primary);
    expect(task.status).toBe('failed');
    expect(task.message).toMatch(/the controller is away.*run it again/);
    expect(task.results).toEqual({ 'return-code': 0 });
    await waitCluster(model, 1, { primary });
    expect(await decisionOf(model)).toEqual(before);
  });

  test('switchover away from a unit that cannot be woken takes place with its next event', async () => {
    const { primary, standby } = await leadingPrimary();
    const machine = await model.machineOf(primary);
    await machine.sh('chmod -x /usr/bin/systemd-run');
    const task = await switchover(model, standby);
    expect(task.status).toBe('completed');
    await look(model, primary);
    await waitCluster(model, 1, { primary: standby });
    await machine.sh('chmod +x /usr/bin/systemd-run');
    await look(model, primary);
  });

  test('switchover on a machine that is too slow fails, or takes place: it never says that it began and then does not', async () => {
    const { primary, standby } = await leadingPrimary();
    const machine = await model.machineOf(primary);
    await machine.sh(`mv /usr/bin/systemd-run /usr/bin/systemd-run.quick
      printf '#!/bin/sh\\nsleep 25\\nexec /usr/bin/systemd-run.quick "$@"\\n' > /usr/bin/systemd-run; chmod +x /usr/bin/systemd-run`);
    const task = await switchover(model, standby);
    await machine.sh('mv /usr/bin/systemd-run.quick /usr/bin/systemd-run');
    await look(model, primary);
    await waitCluster(model, 1, { primary: task.status === 'completed' ? standby : primary });
    if (task.status !== 'completed') expect(task.message).toMatch(/run it again/);
  });

  test('a decision that Juju does not take fails the task', async () => {
    const { primary, standby } = await leadingPrimary();
    await model.faults.failCommits(primary);
    const task = await switchover(model, standby);
    expect(task.status).toBe('failed');
    await look(model, primary);
    await waitCluster(model, 1, { primary });
  });

  test('what a standby is asked for while its server is away fails with the reason', async () => {
    const { standby } = await leadingPrimary();
    const release = await model.faults.hold(standby, '.');
    const machine = await model.machineOf(standby);
    await machine.sh('systemctl stop postgresql@15-main');
    const task = await model.run(standby, 'replication-pause');
    await release();
    await look(model, standby);
    expect(task.status).toBe('failed');
    expect(task.message).toMatch(/server.*(does not answer|ENOENT|connect).*run it again/);
    await waitCluster(model, 1);
  });
});
