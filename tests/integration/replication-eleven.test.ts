import { afterAll, describe, expect, test } from 'vitest';
import type { Model } from '../../testbed/api/index.ts';
import { eventually } from './support/cluster/eventually.ts';
import { killAhead, removeLeadingPrimary } from './support/cluster/loss.ts';
import { messagesOf, switchover, waitCluster } from './support/cluster/members.ts';
import { breakStream, decisionOf, giveUp } from './support/cluster/operator.ts';
import { expectOnlyLastLost, expectRowsKept, type Lost } from './support/cluster/rows.ts';
import { type Commit, commitsOf, expectOnePrimaryAtATime, watchServers } from './support/cluster/watcher.ts';
import { startWriter, type Writer } from './support/cluster/writer.ts';
import { client, deployClient, openStory } from './support/deployment.ts';
import { deployEleven } from './support/eleven/deployment.ts';
import { oneStory } from './support/one-story.ts';
import { serverSql } from './support/server-sql.ts';

// Up to 11 recovery.conf in the data directory makes a standby, is read at a start only, and promotion renames it.

const units = ['postgresql/0', 'postgresql/1', 'postgresql/2'];
const data = '/var/lib/postgresql/11/main';

let model: Model;
let writer: Writer;
const commits: Commit[] = [];
const lost: Lost = new Set();

oneStory();
afterAll(() => model?.destroy());

async function filesOf(unit: string, pattern: string): Promise<string[]> {
  const { stdout } = await (await model.machineOf(unit)).exec(`ls -d ${pattern} 2>/dev/null`);
  return stdout.split('\n').filter((line) => line !== '');
}

/** Standbys, and nobody else, have a recovery.conf, and the primary streams to all of them. */
async function expectRecoveryConf(cluster: { primary: string; standbys: readonly string[] }): Promise<void> {
  const { primary, standbys } = cluster;
  const machine = await model.machineOf(primary);
  expect(await filesOf(primary, `${data}/recovery.conf`)).toEqual([]);
  for (const unit of standbys) {
    const text = await (await model.machineOf(unit)).read(`${data}/recovery.conf`);
    expect(text).toMatch(/^standby_mode = 'on'$/m);
    expect(text).toContain(`host=${machine.address} `);
  }
  for (const unit of [primary, ...standbys])
    expect(await filesOf(unit, `${data}/standby.signal`)).toEqual([]);
  const names = standbys.map((unit) => unit.replace('/', '_')).toSorted();
  const question = 'SELECT application_name, state FROM pg_stat_replication ORDER BY 1';
  expect(await serverSql(model, primary, question)).toEqual(names.map((name) => `${name}|streaming`));
}

describe('PostgreSQL 11 under a client that writes', () => {
  test('one of three makes the cluster, two clone it, all stream', async () => {
    model = await openStory('eleven', { base: 'bookworm' });
    await deployEleven(model, units);
    await deployClient(model);
    await model.integrate('postgresql:db', 'client:db');
    const cluster = await waitCluster(model, 2);
    await watchServers(model, units);
    writer = await startWriter(model, client, units);
    for (const unit of units) {
      const [version = ''] = await serverSql(model, unit, 'SHOW server_version');
      expect(version).toMatch(/^11\./);
    }
    await expectRecoveryConf(cluster);
    await expectRowsKept(model, writer, cluster);
  });

  test('switchover moves the primary there and back, and no acknowledged row is lost', async () => {
    for (let half = 0; half < 2; half += 1) {
      const { standbys } = await waitCluster(model, 2);
      const target = standbys[0] ?? '';
      const sinceMs = Date.now();
      const task = await switchover(model, target);
      expect(task.status, task.message).toBe('completed');
      const after = await waitCluster(model, 2, { primary: target });
      await writer.goesOn();
      console.log(`switchover: the writer paused ${await writer.longestGapMs(sinceMs)} ms`);
      await expectRecoveryConf(after);
      await expectRowsKept(model, writer, after);
    }
  });

  test('its machine is killed with rows that no standby has; it comes back with a copy, there being no pg_rewind', async () => {
    const before = await waitCluster(model, 2);
    const { goneMs } = await killAhead(model, writer, before);
    for (const unit of before.standbys) await breakStream(model, unit);
    await giveUp(model, before.primary);
    await writer.goesOn();
    const { lossBytes } = await decisionOf(model);
    const said = (await messagesOf(model, before.primary)).length;

    await (await model.machineOf(before.primary)).boot();
    const after = await waitCluster(model, 2);
    expect(before.standbys).toContain(after.primary);
    const messages = (await messagesOf(model, before.primary)).slice(said);
    expect(messages.filter((message) => message.startsWith('Diverged: re-cloning from '))).not.toEqual([]);
    expect(messages.filter((message) => message.includes('rewinding'))).toEqual([]);
    const rows = await expectOnlyLastLost(model, writer, after, goneMs, lost);
    expect(rows).toBeGreaterThan(0);
    console.log(`failover: ${rows} rows lost that no standby had; the charm said ${lossBytes} bytes`);
    await expectRecoveryConf(after);
    await eventually('the old data is gone', async () => {
      const aside = await filesOf(before.primary, `${data}.aside-*`);
      return aside.length === 0 ? true : null;
    });
  });

  test('the primary, which leads too, is removed with two left, then with one', async () => {
    for (const left of [1, 0]) {
      const after = await removeLeadingPrimary(model, writer, left, commits);
      await expectRecoveryConf(after);
      await expectRowsKept(model, writer, after, lost);
    }
  });

  test('two primaries were never there at once', async () => {
    const { primary } = await waitCluster(model, 0);
    commits.push(...(await commitsOf(model, primary)));
    expectOnePrimaryAtATime(commits);
  });
});
