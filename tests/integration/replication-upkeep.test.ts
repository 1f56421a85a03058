import { afterAll, describe, expect, test } from 'vitest';
import type { Model } from '../../testbed/api/index.ts';
import { eventually } from './support/cluster/eventually.ts';
import { messagesOf, switchover, waitCluster } from './support/cluster/members.ts';
import { decisionOf } from './support/cluster/operator.ts';
import { expectRowsKept } from './support/cluster/rows.ts';
import { commitsOf, expectOnePrimaryAtATime, watchServers } from './support/cluster/watcher.ts';
import { startWriter, type Writer } from './support/cluster/writer.ts';
import { client, deployClient, deployServer, openStory } from './support/deployment.ts';
import { oneStory } from './support/one-story.ts';
import { serverSql } from './support/server-sql.ts';

const units = ['postgresql/0', 'postgresql/1'];

let model: Model;
let writer: Writer;

oneStory();
afterAll(() => model?.destroy());

describe('a primary and a standby, on Juju 2.9', () => {
  test('a unit is added to one that is standalone', async () => {
    model = await openStory('upkeep', { juju: '2.9' });
    await deployServer(model);
    await deployClient(model);
    await model.integrate('postgresql:db', 'client:db');
    const { primary } = await waitCluster(model, 0);
    writer = await startWriter(model, client);
    await model.addUnit('postgresql');
    const after = await waitCluster(model, 1, { primary });
    await watchServers(model, units);
    await expectRowsKept(model, writer, after);
  });

  test('replay is paused and resumed', async () => {
    const { primary, standbys } = await waitCluster(model, 1);
    const standby = standbys[0] ?? '';
    expect((await model.run(primary, 'replication-pause')).message).toContain('not a standby');
    expect((await model.run(standby, 'replication-pause')).results['result']).toBe('Paused');
    await eventually(`${standby} says that replay is paused`, async () => {
      const message = (await model.unit(standby))?.['workload-status'].message ?? '';
      return message.includes('replay paused') ? true : null;
    });
    const question = 'SELECT count(*) FROM numbered';
    const [before] = await serverSql(model, standby, question, 'client');
    await writer.goesOn();
    expect(await serverSql(model, standby, question, 'client')).toEqual([before]);
    expect((await model.run(standby, 'replication-resume')).results['result']).toBe('Resumed');
    await expectRowsKept(model, writer, await waitCluster(model, 1));
  });

  test('a standby whose WAL is gone is copied anew, and says so', async () => {
    const { primary, standbys } = await waitCluster(model, 1);
    const standby = standbys[0] ?? '';
    const machine = await model.machineOf(standby);
    await machine.kill();
    const kept = ['wal_keep_size', 'max_slot_wal_keep_size'];
    for (const name of kept) await serverSql(model, primary, `ALTER SYSTEM SET ${name} = '16MB'`);
    await serverSql(model, primary, 'SELECT pg_reload_conf()');
    const slot = `slot_name = '${standby.replace('/', '_')}'`;
    const away = `SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE ${slot} AND active`;
    await serverSql(model, primary, away);
    await eventually('its slot is given up for the sake of the volume', async () => {
      await writer.goesOn();
      await serverSql(model, primary, 'SELECT pg_switch_wal()');
      await serverSql(model, primary, 'CHECKPOINT');
      const question = `SELECT wal_status FROM pg_replication_slots WHERE ${slot}`;
      return (await serverSql(model, primary, question))[0] === 'lost' ? true : null;
    });
    await machine.boot();
    const again = 'The WAL it needs is gone: re-cloning from';
    await eventually('it says that it is copied anew', async () =>
      (await messagesOf(model, standby)).some((message) => message.startsWith(again)) ? true : null,
    );
    for (const name of kept) await serverSql(model, primary, `ALTER SYSTEM RESET ${name}`);
    await serverSql(model, primary, 'SELECT pg_reload_conf()');
    await expectRowsKept(model, writer, await waitCluster(model, 1, { primary }));
  });

  test('with manual_replication nothing is decided and roles are shown as they are', async () => {
    const before = await waitCluster(model, 1);
    const { epoch } = await decisionOf(model);
    await model.setConfig('postgresql', { manual_replication: true });
    await model.waitSettled();
    const task = await switchover(model, before.standbys[0] ?? '');
    expect(task.message).toContain('manual_replication is on');
    const standby = await model.machineOf(before.standbys[0] ?? '');
    await standby.sh('systemctl stop postgresql@15-main');
    await model.exec(before.standbys[0] ?? '', 'hooks/update-status');
    expect((await standby.exec('systemctl is-active postgresql@15-main')).stdout.trim()).toBe('inactive');
    await model.resetConfig('postgresql', ['manual_replication']);
    const after = await waitCluster(model, 1, { primary: before.primary });
    expect((await decisionOf(model)).epoch).toBe(epoch + 1);
    await expectRowsKept(model, writer, after);
  });

  test('the primary is removed, and the last unit is standalone', async () => {
    const { primary, standbys } = await waitCluster(model, 1);
    const sinceMs = Date.now();
    const commits = await commitsOf(model, primary);
    await model.removeUnit(primary);
    await model.waitGone(primary);
    const after = await waitCluster(model, 0, { primary: standbys[0] ?? '' });
    await writer.goesOn();
    console.log(`removal of the primary: the writer paused ${await writer.longestGapMs(sinceMs)} ms`);
    await expectRowsKept(model, writer, after);
    expectOnePrimaryAtATime([...commits, ...(await commitsOf(model, after.primary))]);
  });
});
