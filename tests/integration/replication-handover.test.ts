import { afterAll, describe, expect, test } from 'vitest';
import type { Model } from '../../testbed/api/index.ts';
import { eventually } from './support/cluster/eventually.ts';
import { removeLeadingPrimary } from './support/cluster/loss.ts';
import { messagesOf, removeAllButOne, shownIn, switchover, waitCluster } from './support/cluster/members.ts';
import { breakStream, endReceiver, look } from './support/cluster/operator.ts';
import { expectRowsKept } from './support/cluster/rows.ts';
import { type Commit, commitsOf, expectOnePrimaryAtATime, watchServers } from './support/cluster/watcher.ts';
import { startWriter, type Writer } from './support/cluster/writer.ts';
import { client, deployClient, deployServer, onBase, openStory } from './support/deployment.ts';
import { oneStory } from './support/one-story.ts';
import { serverSql } from './support/server-sql.ts';

const units = ['postgresql/0', 'postgresql/1', 'postgresql/2'];
const times = Number(process.env['REPEAT'] ?? 1);
const long = { timeout: 600_000 * times };

let model: Model;
let writer: Writer;
let clientRelation: number;
const commits: Commit[] = [];

oneStory();
afterAll(() => model?.destroy());

/** Reason switchover will not go to a unit. */
async function refusal(to: string): Promise<string> {
  const task = await switchover(model, to);
  expect(task.status).toBe('failed');
  return task.message;
}

/** Waits until a server runs with this max_connections; tells when it was started, in seconds since 1970. */
function restartedWith(unit: string, connections: number): Promise<number> {
  return eventually(`${unit} runs with ${connections} connections`, async () => {
    const question = `SELECT extract(epoch FROM pg_postmaster_start_time()) WHERE current_setting('max_connections') = '${connections}'`;
    const [started] = await serverSql(model, unit, question).catch(() => []);
    return started === undefined ? null : Number(started);
  });
}

async function logOf(unit: string): Promise<string> {
  return (await model.machineOf(unit)).sh('cat /var/log/postgresql/*.log');
}

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

  test('max_connections is raised on the standbys first, and lowered on the primary first', async () => {
    const before = await waitCluster(model, 2);
    const { primary, standbys } = before;
    await model.setConfig('postgresql', { extra_pg_conf: 'max_connections = 120\n' });
    for (const standby of standbys) {
      expect(await restartedWith(standby, 120)).toBeLessThan(await restartedWith(primary, 120));
    }
    await model.waitSettled();
    await model.setConfig('postgresql', { extra_pg_conf: 'max_connections = 80\n' });
    for (const standby of standbys) {
      expect(await restartedWith(standby, 80)).toBeGreaterThan(await restartedWith(primary, 80));
    }
    await writer.goesOn();
    await expectRowsKept(model, writer, await waitCluster(model, 2, { primary }));
    for (const unit of units) expect(await logOf(unit)).not.toContain('insufficient parameter settings');
  });

  test('a standby that has not replayed so far keeps the setting that its WAL asks for', async () => {
    const { primary, standbys } = await waitCluster(model, 2);
    const [late = ''] = standbys;
    expect((await model.run(late, 'replication-pause')).results['result']).toBe('Paused');
    await model.setConfig('postgresql', { extra_pg_conf: 'max_connections = 70\n' });
    await restartedWith(primary, 70);
    await model.waitSettled();
    expect(await serverSql(model, late, 'SHOW max_connections')).toEqual(['80']);
    expect((await model.run(late, 'replication-resume')).results['result']).toBe('Resumed');
    await expectRowsKept(model, writer, await waitCluster(model, 2, { primary }));
    await look(model, late);
    await restartedWith(late, 70);
    expect(await logOf(late)).not.toContain('insufficient parameter settings');
    await waitCluster(model, 2, { primary });
  });

  test('switchover is refused for a reason', async () => {
    const { primary, standbys } = await waitCluster(model, 2);
    const [target = ''] = standbys;
    expect(await refusal('postgresql/9')).toContain('there is no unit postgresql/9');
    expect(await refusal(primary)).toContain(`${primary} is the primary already`);
    const [machine, other] = [await model.machineOf(primary), await model.machineOf(target)];
    await machine.cut(other);
    await breakStream(model, target);
    await look(model, target);
    expect(await refusal(target)).toMatch(
      new RegExp(`${target} does not (answer; name another|stream from ${primary})`),
    );
    await machine.heal(other);
    // Processes that wait for the other side through the cut would go on waiting for a minute.
    await serverSql(model, primary, 'SELECT pg_terminate_backend(pid) FROM pg_stat_replication');
    await endReceiver(model, target);
    await look(model, target);
    await waitCluster(model, 2, { primary });
  });

  test('a second switchover is refused while the first waits for a target far behind', async () => {
    const { primary, standbys } = await waitCluster(model, 2);
    const [target = '', other = ''] = standbys;
    const machine = await model.machineOf(target);
    await machine.pause('^postgres: .*walreceiver');
    // Each time the rest of a file of 16 MB is skipped, and counts.
    for (const _ of [1, 2]) {
      await serverSql(model, primary, 'SELECT pg_switch_wal()');
      await writer.goesOn();
    }
    const task = await switchover(model, target);
    expect(task.status, task.message).toBe('completed');
    expect(await refusal(other)).toContain(`a switchover from ${primary} to ${target} is in progress`);
    const waiting = `Waiting for ${target} to catch up`;
    await model.waitFor(async () => (await messagesOf(model, primary)).includes(waiting), {
      describe: `${primary} waits for ${target}`,
    });
    await writer.goesOn();
    await machine.resume('^postgres: .*walreceiver');
    await expectRowsKept(model, writer, await waitCluster(model, 2, { primary: target }));
  });

  test('a target that has just lost its network is refused, and writes go on', async () => {
    const { primary, standbys } = await waitCluster(model, 2);
    const [target = ''] = standbys;
    const [machine, other] = [await model.machineOf(primary), await model.machineOf(target)];
    await machine.cut(other);
    expect(await refusal(target)).toMatch(/ does not (answer|stream from )/);
    await writer.goesOn();
    await machine.heal(other);
    // Processes that wait for the other side through the cut would go on waiting for a minute.
    await serverSql(model, primary, 'SELECT pg_terminate_backend(pid) FROM pg_stat_replication');
    await endReceiver(model, target);
    await look(model, target);
    await expectRowsKept(model, writer, await waitCluster(model, 2, { primary }));
  });

  test('switchover moves the primary there and back, and no acknowledged row is lost', long, async () => {
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
    expectOnePrimaryAtATime((await Promise.all(units.map((unit) => commitsOf(model, unit)))).flat());
  });

  test('the primary, which leads too, is removed with two left, then with one', async () => {
    for (const left of [1, 0]) {
      const after = await removeLeadingPrimary(model, writer, left, commits);
      await expectRowsKept(model, writer, after);
    }
  });

  test('the last unit is standalone, and two units can be added to it at once', async () => {
    const { primary } = await waitCluster(model, 0);
    const { units: bags } = await model.bags(clientRelation);
    expect(bags[primary]?.['state']).toBe('standalone');
    const added = await model.addUnit('postgresql', 2);
    const after = await waitCluster(model, 2, { primary });
    expect(after.standbys).toEqual(added);
    await watchServers(model, added);
    await expectRowsKept(model, writer, after);
  });

  test('two units of three are removed at once, the primary that leads among them', async () => {
    const before = await waitCluster(model, 2);
    for (const unit of [before.primary, ...before.standbys]) commits.push(...(await commitsOf(model, unit)));
    const going = before.standbys[1] ?? '';
    const release = await model.faults.hold(going, '.');
    await model.removeUnit(going);
    // Juju may have told the leader of its departure already.
    expect(await refusal(going)).toMatch(new RegExp(`${going} is being removed|there is no unit ${going}`));
    await release();
    const left = await removeAllButOne(model, before);
    await waitCluster(model, 0, { primary: left });
    await writer.goesOn();
    await expectRowsKept(model, writer, { primary: left, standbys: [] });
  });

  test('two primaries were never there at once', async () => {
    const { primary } = await waitCluster(model, 0);
    commits.push(...(await commitsOf(model, primary)));
    expectOnePrimaryAtATime(commits);
  });
});
