import { afterAll, describe, expect, test } from 'vitest';
import type { Model, UnitMachine } from '../../testbed/api/index.ts';
import { eventually } from './support/cluster/eventually.ts';
import { breakFence, fenceProcess, fenceRuns, mendFence, stopFence } from './support/cluster/fence.ts';
import { type Cluster, shownIn, switchover, waitCluster } from './support/cluster/members.ts';
import { breakStream, decisionOf, giveUp, look } from './support/cluster/operator.ts';
import { steppableClock } from './support/cluster/stepped-clock.ts';
import { commitsOf, expectOnePrimaryAtATime, watchServers } from './support/cluster/watcher.ts';
import { deployServer, onBase, openStory } from './support/deployment.ts';
import { oneStory } from './support/one-story.ts';
import { serverSql } from './support/server-sql.ts';

const units = ['postgresql/0', 'postgresql/1'];
const hourMs = 3_600_000;

let model: Model;

oneStory();
afterAll(() => model?.destroy());

async function isWritable(unit: string): Promise<boolean> {
  const answer = await serverSql(model, unit, 'SELECT pg_is_in_recovery()').catch(() => []);
  return answer[0] === 'f';
}

async function messageOf(unit: string): Promise<string> {
  return (await model.unit(unit))?.['workload-status'].message ?? '';
}

async function standbyOf(cluster: Cluster): Promise<string> {
  return cluster.standbys[0] ?? '';
}

/** A fence lives again where none could; the charm looks at it as it would at the next event. */
async function mended(machine: UnitMachine, unit: string): Promise<void> {
  await mendFence(machine);
  await look(model, unit);
  await fenceRuns(machine);
}

/** Cuts the primary off alive, and lets the other unit lead, which then no longer hears of it. */
async function cutOff({ primary }: Cluster, other: string): Promise<UnitMachine> {
  const machine = await model.machineOf(primary);
  await model.faults.takeLeadership('postgresql', other);
  await machine.cut();
  await breakStream(model, other);
  await look(model, other);
  return machine;
}

describe('nobody accepts writes without a fence, and no clock names a primary', () => {
  test('a primary and a standby', async () => {
    model = await openStory('fence', onBase);
    await deployServer(model, { units: 2 });
    await waitCluster(model, 1);
    await watchServers(model, units);
  });

  test('a fence that is killed is there again by itself, and one that Juju names no controller to knows the last ones', async () => {
    const standby = await standbyOf(await waitCluster(model, 1));
    const machine = await model.machineOf(standby);
    const pid = await fenceRuns(machine);
    await machine.sh(`kill -TERM ${pid}`);
    const next = await fenceRuns(machine, pid);
    await stopFence(machine);
    const { exitCode, stderr } = await model.exec(standby, 'env JUJU_API_ADDRESSES= hooks/update-status');
    expect(exitCode, stderr).toBe(0);
    await fenceRuns(machine, next);
  });

  test('a switchover to a unit without a fence goes back to the old primary, and the next one is refused', async () => {
    const cluster = await waitCluster(model, 1);
    const standby = await standbyOf(cluster);
    const { epoch } = await decisionOf(model);
    const machine = await breakFence(model, standby);
    expect(await switchover(model, standby)).toMatchObject({ status: 'completed' });
    await eventually('the old primary is named again', async () => {
      const decision = await decisionOf(model);
      expect(await isWritable(standby), `${standby} was promoted without a fence`).toBe(false);
      const isAgain = decision.kind === 'primary' && decision.primary === cluster.primary;
      return isAgain && decision.epoch > epoch ? true : null;
    });
    await eventually('it accepts writes', async () => ((await isWritable(cluster.primary)) ? true : null));
    const refused = await switchover(model, standby);
    expect(refused).toMatchObject({ status: 'failed' });
    expect(refused.message).toMatch(/fence/);
    await mended(machine, standby);
    await waitCluster(model, 1, { primary: cluster.primary });
    expect(await switchover(model, standby)).toMatchObject({ status: 'completed' });
    await waitCluster(model, 1, { primary: standby });
  });

  test('a primary that runs goes on when its fence is gone, and says so; stopped, it does not start without one', async () => {
    const { primary } = await waitCluster(model, 1);
    const machine = await breakFence(model, primary);
    await look(model, primary);
    expect(await isWritable(primary)).toBe(true);
    expect(await messageOf(primary)).toMatch(/^Live master .*fence/);
    await machine.sh("systemctl stop 'postgresql@*'");
    await look(model, primary);
    expect(await isWritable(primary), 'it was started without a fence').toBe(false);
    expect(await messageOf(primary)).toMatch(/fence/);
    await mended(machine, primary);
    await waitCluster(model, 1, { primary });
  });

  test('a fence that stands still is replaced before its server is promoted', async () => {
    const cluster = await waitCluster(model, 1);
    const standby = await standbyOf(cluster);
    const machine = await model.machineOf(standby);
    const still = await fenceRuns(machine);
    await machine.sh(`kill -STOP ${still}`);
    await eventually('nobody takes it for one that looks', async () => {
      await look(model, standby);
      return (await fenceProcess(machine)) === still ? null : true;
    });
    expect(await switchover(model, standby)).toMatchObject({ status: 'completed' });
    await waitCluster(model, 1, { primary: standby });
  });

  test('the primary is lost, and the only standby has no fence: it says so, and takes over when it has one', async () => {
    const cluster = await waitCluster(model, 1);
    const standby = await standbyOf(cluster);
    const dead = await model.machineOf(cluster.primary);
    await model.faults.takeLeadership('postgresql', standby);
    await dead.kill();
    const machine = await breakFence(model, standby);
    await breakStream(model, standby);
    await look(model, standby);
    await giveUp(model, cluster.primary);
    await eventually('the application says why nobody takes over', async () => {
      await look(model, standby);
      expect(await isWritable(standby), `${standby} was promoted without a fence`).toBe(false);
      const { application } = shownIn(await model.status());
      return application.includes(standby) && application.includes('fence') ? true : null;
    });
    await mended(machine, standby);
    await eventually('it accepts writes', async () => {
      await look(model, standby);
      return (await isWritable(standby)) ? true : null;
    });
    await dead.boot();
    await waitCluster(model, 1, { primary: standby });
  });

  test('the leader’s clock goes back while it makes sure that the old primary has stopped: it names another all the same', async () => {
    const cluster = await waitCluster(model, 1);
    const standby = await standbyOf(cluster);
    const step = await steppableClock(model, standby);
    const machine = await cutOff(cluster, standby);
    await giveUp(model, cluster.primary);
    await model.waitFor((status) => shownIn(status).application.startsWith('Making sure'), {
      describe: 'the leader makes sure',
    });
    await step(-hourMs);
    await eventually('another is named', async () => {
      const { kind, primary } = await decisionOf(model);
      return kind === 'primary' && primary === standby ? true : null;
    });
    await machine.heal();
    await waitCluster(model, 1, { primary: standby });
    expectOnePrimaryAtATime((await Promise.all(units.map((unit) => commitsOf(model, unit)))).flat());
  });
});
