import { afterAll, describe, expect, test } from 'vitest';
import type { Model, UnitMachine } from '../../testbed/api/index.ts';
import { eventually } from './support/cluster/eventually.ts';
import { type Cluster, messagesOf, shownIn, switchover, waitCluster } from './support/cluster/members.ts';
import { decisionOf, giveUp, look } from './support/cluster/operator.ts';
import { commitsOf, expectOnePrimaryAtATime, watchServers } from './support/cluster/watcher.ts';
import { deployServer, openStory } from './support/deployment.ts';
import { serverSql } from './support/server-sql.ts';

// Status of units that cannot report for themselves, and the failover of a leader's own server.

const units = ['postgresql/0', 'postgresql/1', 'postgresql/2'];
const agent = 'testbed/agent/main.ts';
const filler = '.filler';
const well = '1 primary, 2 standbys';

let model: Model;

afterAll(() => model?.destroy());

/** Waits until the application shows exactly this, with nothing that would make its leader look by itself. */
async function shows(message: string): Promise<void> {
  await model.waitFor((status) => shownIn(status).application === message, {
    describe: `the application shows "${message}"`,
  });
}

async function statusOf(unit: string): Promise<string> {
  const shown = (await model.unit(unit))?.['workload-status'];
  return `${shown?.current}: ${shown?.message}`;
}

/** Makes `unit` the leader, and waits until it has had its say. */
async function lead(unit: string): Promise<void> {
  if ((await model.leaderOf('postgresql')) === unit) return;
  await model.faults.takeLeadership('postgresql', unit);
  await model.waitFor(async () => (await model.history(unit)).at(-1)?.hook === 'leader-elected', {
    describe: `${unit} leads`,
  });
}

/** Fills a volume to the last byte, what is kept for root included. */
async function fillTo(machine: UnitMachine, volume: string): Promise<void> {
  await machine.sh(`cat /dev/zero > ${volume}/${filler} 2>/dev/null || sync`);
}

/** A cluster that is well, led by its primary: the usual case. */
async function ledByPrimary(): Promise<Cluster & { lost: string; left: string; lostMachine: UnitMachine }> {
  const cluster = await waitCluster(model, 2);
  await lead(cluster.primary);
  await shows(well);
  const [lost = '', left = ''] = cluster.standbys;
  return { ...cluster, lost, left, lostMachine: await model.machineOf(lost) };
}

describe('three units, of which some cannot speak for themselves', () => {
  test('are deployed, each with a volume of its own', async () => {
    model = await openStory('truth');
    await deployServer(model, { units: 3, storage: { pgdata: '512M' } });
    await waitCluster(model, 2);
    await watchServers(model, units);
    await ledByPrimary();
  });

  test('a standby whose machine is dead is named, whoever leads, and no switchover goes to it', async () => {
    const { primary, lost, left, lostMachine } = await ledByPrimary();
    await lostMachine.kill();
    const task = await switchover(model, lost);
    expect(task).toMatchObject({ status: 'failed' });
    expect(task.message).toContain(`${lost} does not answer`);
    const without = `1 primary, 1 standby; ${lost} does not stream`;
    await shows(without);
    await lead(left);
    await model.waitSettled({ except: [lost] });
    await shows(without);
    await lostMachine.boot();
    await waitCluster(model, 2, { primary });
    await shows(well);
  });

  test('a standby whose agent hangs while its server is down is named by a leader that is a standby', async () => {
    const { lost, left, lostMachine } = await ledByPrimary();
    await lead(left);
    await lostMachine.pause(agent);
    await lostMachine.sh('systemctl stop postgresql@15-main');
    await shows(`1 primary, 1 standby; ${lost} does not stream`);
    await lostMachine.resume(agent);
    await look(model, lost);
    await waitCluster(model, 2);
    await shows(well);
  });

  test('what a former leader has said does not stay', async () => {
    const { primary, left } = await ledByPrimary();
    await lead(left);
    await shows(well);
    await lead(primary);
    await model.waitSettled();
    await model.exec(primary, 'status-set --application active "what another leader said"');
    await shows('what another leader said');
    await lead(left);
    await shows(well);
  });

  test('the leader’s own server, the primary, does not start: the reason stays, and failover works', async () => {
    const { primary, standbys } = await ledByPrimary();
    const machine = await model.machineOf(primary);
    const [directory = ''] = await serverSql(model, primary, 'SHOW data_directory');
    const volume = directory.replace(/\/15\/main$/, '');
    await fillTo(machine, volume);
    const nextSegment = "SELECT pg_create_restore_point('full'), pg_switch_wal()";
    await eventually('the server dies for want of a WAL segment', () =>
      serverSql(model, primary, nextSegment).then(
        () => null,
        () => true,
      ),
    );
    const full = /No space left on device/;
    await eventually('the unit says why its server does not start', async () => {
      await look(model, primary);
      return full.test(await statusOf(primary)) ? true : null;
    });
    for (let time = 0; time < 8; time += 1) {
      await look(model, primary);
      expect(await statusOf(primary)).toMatch(full);
      const { application } = shownIn(await model.status());
      expect(application).toContain(primary);
      expect(application).toMatch(full);
    }
    await giveUp(model, primary);
    const after = await model.waitFor((status) => {
      const { primaries } = shownIn(status);
      return primaries.length === 1 && primaries[0] !== primary ? primaries[0] : null;
    });
    expect(standbys).toContain(after);
    expect(await decisionOf(model)).toMatchObject({ primary: after, excluded: [primary] });
    const { entries } = await model.client.call('statusLog', { unit: primary });
    await machine.sh(`rm ${volume}/${filler}`);
    await eventually('the space is found', async () => {
      await look(model, primary);
      return /Live secondary/.test(await statusOf(primary)) ? true : null;
    });
    expect(
      (await messagesOf(model, primary, entries.at(-1)?.at)).filter((each) => /master/.test(each)),
    ).toEqual([]);
    await waitCluster(model, 2, { primary: after });
    expectOnePrimaryAtATime((await Promise.all(units.map((unit) => commitsOf(model, unit)))).flat());
    await shows(well);
  });

  test('a primary whose machine is dead is no primary any more for a leader that is a standby', async () => {
    const { primary, standbys } = await ledByPrimary();
    await lead(standbys[0] ?? '');
    await (await model.machineOf(primary)).kill();
    await model.waitFor((status) => shownIn(status).application.startsWith(`${primary} does not answer`), {
      describe: `the application says that ${primary} does not answer`,
    });
    expect(shownIn(await model.status()).application).toContain('use the action failover');
    await giveUp(model, primary);
    const { primary: next } = await waitOther(primary);
    await shows(`1 primary, 1 standby; ${primary} was given up`);
    await (await model.machineOf(primary)).boot();
    await waitCluster(model, 2, { primary: next });
    await shows(well);
  });
});

/** Waits until a unit other than `than` shows itself as primary. */
async function waitOther(than: string): Promise<{ primary: string }> {
  return model.waitFor((status) => {
    const [primary] = shownIn(status).primaries.filter((unit) => unit !== than);
    return primary === undefined ? null : { primary };
  });
}
