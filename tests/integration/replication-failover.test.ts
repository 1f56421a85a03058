import { afterAll, describe, expect, test } from 'vitest';
import type { Model } from '../../testbed/api/index.ts';
import { eventually } from './support/cluster/eventually.ts';
import { messagesOf, waitCluster } from './support/cluster/members.ts';
import { decisionOf, giveUp, otherLeader } from './support/cluster/operator.ts';
import { type Commit, commitsOf, expectOnePrimaryAtATime, watchServers } from './support/cluster/watcher.ts';
import { expectRowsKept, startWriter, type Writer } from './support/cluster/writer.ts';
import { client, deployClient, deployServer, onBase, openStory } from './support/deployment.ts';
import { serverSql } from './support/server-sql.ts';

const units = ['postgresql/0', 'postgresql/1', 'postgresql/2'];

let model: Model;
let writer: Writer;
const commits: Commit[] = [];

afterAll(() => model?.destroy());

describe('the primary is lost, in one way after the other, under a client that writes', () => {
  test('a primary and two standbys', async () => {
    model = await openStory('failover', {
      ...onBase,
      juju: '4.0',
      config: { 'update-status-hook-interval': '30s' },
    });
    await deployServer(model, { units: 3 });
    await deployClient(model);
    await model.integrate('postgresql:db', 'client:db');
    await waitCluster(model, 2);
    await watchServers(model, units);
    writer = await startWriter(model, client, units);
  });

  test('its server is killed: back at once, with all rows, and nobody else is promoted', async () => {
    const before = await waitCluster(model, 2);
    const { epoch } = await decisionOf(model);
    const machine = await model.machineOf(before.primary);
    const sinceMs = Date.now();
    const [started] = await serverSql(model, before.primary, 'SELECT pg_postmaster_start_time()');
    await machine.killProcess('^(/usr/lib/postgresql/.*/bin/postgres |postgres: )', 'KILL');
    await eventually('the server is there again', async () => {
      const question = 'SELECT pg_postmaster_start_time()';
      const [again] = await serverSql(model, before.primary, question).catch(() => [started]);
      return again === started ? null : true;
    });
    await writer.goesOn();
    console.log(`server killed: the writer paused ${await writer.longestGapMs(sinceMs)} ms`);
    const after = await waitCluster(model, 2, { primary: before.primary });
    expect((await decisionOf(model)).epoch).toBe(epoch);
    await expectRowsKept(model, writer, after);
  });

  test('failover is refused while it answers', async () => {
    const { primary } = await waitCluster(model, 2);
    const task = await model.run('postgresql/leader', 'failover', { confirm: true });
    expect(task).toMatchObject({ status: 'failed' });
    expect(task.message).toContain(`${primary} answers`);
  });

  test('its machine is killed with rows that no standby has; it comes back as a standby', async () => {
    const before = await waitCluster(model, 2);
    const dead = await model.machineOf(before.primary);
    const standbys = await Promise.all(before.standbys.map((unit) => model.machineOf(unit)));
    for (const standby of standbys) await dead.cut(standby);
    await writer.goesOn();
    await dead.kill();
    for (const standby of standbys) await dead.heal(standby);
    await otherLeader(model, before.primary);
    const sinceMs = Date.now();
    await giveUp(model, before.primary);
    await writer.goesOn();
    const { lossBytes } = await decisionOf(model);
    console.log(`failover: the writer paused ${await writer.longestGapMs(sinceMs)} ms`);

    await dead.boot();
    const after = await waitCluster(model, 2);
    expect(before.standbys).toContain(after.primary);
    const messages = await messagesOf(model, before.primary);
    expect(messages.some((message) => message.startsWith('Diverged: '))).toBe(true);
    const lost = await expectRowsKept(model, writer, after, Number.POSITIVE_INFINITY);
    expect(lost).toBeGreaterThan(0);
    console.log(`failover: ${lost} rows lost that no standby had; the charm said ${lossBytes} bytes`);
    await eventually('the old data is gone', async () => {
      const { stdout } = await dead.exec('ls -d /var/lib/postgresql/*/main.aside-* 2>/dev/null');
      return stdout === '' ? true : null;
    });
  });

  test('its machine is killed and the unit removed by force', async () => {
    const before = await waitCluster(model, 2);
    commits.push(...(await commitsOf(model, before.primary)));
    await (await model.machineOf(before.primary)).kill();
    if ((await model.leaderOf('postgresql')) === before.primary) await otherLeader(model, before.primary);
    const sinceMs = Date.now();
    await model.removeUnit(before.primary, { force: true });
    const after = await waitCluster(model, 1);
    await writer.goesOn();
    console.log(`forced removal: the writer paused ${await writer.longestGapMs(sinceMs)} ms`);
    const lost = await expectRowsKept(model, writer, after, Number.POSITIVE_INFINITY);
    console.log(
      `forced removal: ${lost} rows lost; the charm said ${(await decisionOf(model)).lossBytes} bytes`,
    );
  });

  test('two primaries were never there at once', async () => {
    const { primary, standbys } = await waitCluster(model, 1);
    for (const unit of [primary, ...standbys]) commits.push(...(await commitsOf(model, unit)));
    expectOnePrimaryAtATime(commits);
  });

  test('its network is cut, another takes over, and it stops when it hears of that', async () => {
    const before = await waitCluster(model, 1);
    const machine = await model.machineOf(before.primary);
    await machine.cut();
    if ((await model.leaderOf('postgresql')) === before.primary) await otherLeader(model, before.primary);
    await giveUp(model, before.primary);
    await writer.goesOn();
    const healedMs = Date.now();
    await machine.heal();
    const after = await waitCluster(model, 1, { primary: before.standbys[0] ?? '' });
    const late = (await commitsOf(model, before.primary)).filter(({ atMs }) => atMs > healedMs);
    console.log(`network healed: ${late.length} tenths of a second until the old primary was stopped`);
    expect(await serverSql(model, before.primary, 'SELECT pg_is_in_recovery()')).toEqual(['t']);
    await expectRowsKept(model, writer, after, Number.POSITIVE_INFINITY);
  });
});
