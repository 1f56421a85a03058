import { afterAll, describe, expect, test } from 'vitest';
import type { Model } from '../../testbed/api/index.ts';
import { messagesOf, shownIn, switchover, waitCluster } from './support/cluster/members.ts';
import { type Commit, commitsOf, expectOnePrimaryAtATime, watchServers } from './support/cluster/watcher.ts';
import { expectRowsKept, startWriter, type Writer } from './support/cluster/writer.ts';
import { client, deployClient, deployServer, onBase, openStory } from './support/deployment.ts';
import { serverSql } from './support/server-sql.ts';

const units = ['postgresql/0', 'postgresql/1', 'postgresql/2'];
const times = Number(process.env['REPEAT'] ?? 1);

let model: Model;
let writer: Writer;
let clientRelation: number;
const commits: Commit[] = [];

afterAll(() => model?.destroy());

describe('three units deployed at once, and a client that writes all the time', () => {
  test('one makes the cluster, two clone it, all stream', async () => {
    model = await openStory('handover', onBase);
    await deployServer(model, { units: 3 });
    await deployClient(model);
    clientRelation = await model.integrate('postgresql:db', 'client:db');
    const { primary, standbys } = await waitCluster(model, 2);
    await watchServers(model, units);
    writer = await startWriter(model, client);

    const steps = (await model.logs()).map(({ message }) => message);
    expect(steps.filter((message) => / ?step cluster\.create/.test(message)).length).toBeGreaterThan(0);
    for (const unit of standbys) {
      expect((await messagesOf(model, unit)).some((each) => each.startsWith('Cloning from '))).toBe(true);
    }
    const systems = await Promise.all(
      units.map((unit) => serverSql(model, unit, 'SELECT system_identifier FROM pg_control_system()')),
    );
    expect(new Set(systems.flat()).size).toBe(1);
    expect(
      await serverSql(model, primary, 'SELECT application_name, state FROM pg_stat_replication ORDER BY 1'),
    ).toEqual(standbys.map((unit) => `${unit.replace('/', '_')}|streaming`));
    expect(shownIn(await model.status()).application).toBe('1 primary, 2 standbys');
    for (const unit of units) {
      const others = units.filter((other) => other !== unit).map((other) => other.replace('/', '_'));
      expect(await serverSql(model, unit, 'SELECT slot_name FROM pg_replication_slots ORDER BY 1')).toEqual(
        others,
      );
      const letIn = await serverSql(
        model,
        unit,
        "SELECT DISTINCT address FROM pg_hba_file_rules WHERE 'replication' = ANY (database) ORDER BY 1",
      );
      const peers = await Promise.all(
        units.filter((other) => other !== unit).map(async (other) => (await model.machineOf(other)).address),
      );
      expect(letIn.toSorted()).toEqual(peers.toSorted());
    }
  });

  test('switchover is refused for a reason', async () => {
    const { primary } = await waitCluster(model, 2);
    const refused = async (to: string): Promise<string> => {
      const task = await switchover(model, to);
      expect(task.status).toBe('failed');
      return task.message;
    };
    expect(await refused('postgresql/9')).toContain('there is no unit postgresql/9');
    expect(await refused(primary)).toContain(`${primary} is the primary already`);
  });

  test('switchover moves the primary there and back, and no acknowledged row is lost', async () => {
    for (let time = 1; time <= times; time += 1) {
      for (let half = 0; half < 2; half += 1) {
        const before = await waitCluster(model, 2);
        const target = before.standbys[0] ?? '';
        const sinceMs = Date.now();
        const task = await switchover(model, target);
        expect(task.status, task.message).toBe('completed');
        const after = await waitCluster(model, 2, { primary: target });
        await writer.goesOn();
        console.log(`switchover ${time}: the writer paused ${await writer.longestGapMs(sinceMs)} ms`);
        await expectRowsKept(model, writer, after);
      }
    }
  });

  test('the primary, which leads too, is removed with two left, then with one', async () => {
    for (const left of [1, 0]) {
      const { primary, standbys } = await waitCluster(model, left + 1);
      await model.faults.takeLeadership('postgresql', primary);
      commits.push(...(await commitsOf(model, primary)));
      const sinceMs = Date.now();
      await model.removeUnit(primary);
      await model.waitGone(primary);
      const after = await waitCluster(model, left);
      expect(standbys).toContain(after.primary);
      await writer.goesOn();
      console.log(`removal of the primary: the writer paused ${await writer.longestGapMs(sinceMs)} ms`);
      await expectRowsKept(model, writer, after);
    }
  });

  test('the last unit is standalone, and a unit can be added to it again', async () => {
    const { primary } = await waitCluster(model, 0);
    const { units: bags } = await model.bags(clientRelation);
    expect(bags[primary]?.['state']).toBe('standalone');
    const [added = ''] = await model.addUnit('postgresql');
    const after = await waitCluster(model, 1, { primary });
    expect(after.standbys).toEqual([added]);
    await watchServers(model, [added]);
    await expectRowsKept(model, writer, after);
  });

  test('two primaries were never there at once', async () => {
    const { primary, standbys } = await waitCluster(model, 1);
    for (const unit of [primary, ...standbys]) commits.push(...(await commitsOf(model, unit)));
    expectOnePrimaryAtATime(commits);
  });
});
