import { afterAll, describe, expect, test } from 'vitest';
import { fenceSeconds, firstContactSeconds, surelyStoppedSeconds } from '../../src/cluster/limits.ts';
import type { Model, UnitMachine } from '../../testbed/api/index.ts';
import { eventually } from './support/cluster/eventually.ts';
import { type Gone, killAhead } from './support/cluster/loss.ts';
import {
  type Cluster,
  lastStatusAt,
  messagesOf,
  removeAllButOne,
  shownIn,
  waitCluster,
} from './support/cluster/members.ts';
import { breakStream, decisionOf, giveUp, otherLeader } from './support/cluster/operator.ts';
import { expectOnlyLastLost, expectRowsKept, type Lost } from './support/cluster/rows.ts';
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
const commits: Commit[] = [];
const lost: Lost = new Set();

oneStory();
afterAll(() => model?.destroy());

/** Leadership leaves a unit that may be about to name itself, and then whoever has just decided. */
async function moveLeadershipAbout(): Promise<void> {
  await model.waitFor(async () => (await messagesOf(model, 'postgresql/0')).length > 0, {
    describe: 'the first unit has begun',
  });
  await model.faults.takeLeadership('postgresql', 'postgresql/2');
  const decision = await eventually('a primary is named', () => decisionOf(model).catch(() => null));
  await model.faults.takeLeadership('postgresql', decision.primary === units[1] ? units[0] : units[1]);
}

async function runsServer(machine: UnitMachine): Promise<boolean> {
  return (await machine.exec("pgrep -f '^/usr/lib/postgresql/.*/bin/postgres '")).exitCode === 0;
}

/** Kills the primary's machine while its standbys stream. */
async function killPlainly(before: Cluster): Promise<Gone> {
  const sinceMs = Date.now();
  await (await model.machineOf(before.primary)).kill();
  const goneMs = Date.now();
  if ((await model.leaderOf('postgresql')) === before.primary) await otherLeader(model, before.primary);
  for (const standby of before.standbys) await breakStream(model, standby);
  return { goneMs, sinceMs };
}

describe('the primary is lost, in one way after the other, under a client that writes', () => {
  test('a primary and two standbys, though leadership moves while they are deployed', async () => {
    model = await openStory('failover', {
      ...onBase,
      juju: '4.0',
      config: { 'update-status-hook-interval': '30s' },
    });
    await deployServer(model, { units: 3 });
    await deployClient(model);
    await model.integrate('postgresql:db', 'client:db');
    await moveLeadershipAbout();
    await waitCluster(model, 2);
    const systems = await Promise.all(
      units.map((unit) => serverSql(model, unit, 'SELECT system_identifier FROM pg_control_system()')),
    );
    expect(new Set(systems.flat()).size).toBe(1);
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

  test('it is cut off: without standbys it goes on, without Juju too it stops, and it is primary again afterwards', async () => {
    const before = await waitCluster(model, 2);
    const { epoch } = await decisionOf(model);
    const machine = await model.machineOf(before.primary);
    const standbys = await Promise.all(before.standbys.map((unit) => model.machineOf(unit)));
    for (const standby of standbys) await machine.cut(standby);
    const sinceMs = Date.now();
    await eventually('longer without standbys than it may be without all', async () => {
      const last = (await commitsOf(model, before.primary)).at(-1)?.atMs ?? 0;
      return last > sinceMs + 1000 * (fenceSeconds + firstContactSeconds) ? true : null;
    });
    await machine.cut();
    const cutMs = Date.now();
    await eventually('it has stopped', async () => ((await runsServer(machine)) ? null : true));
    const written = (await commitsOf(model, before.primary)).at(-1)?.atMs ?? 0;
    console.log(`cut off from all: the primary went on for ${written - cutMs} ms`);
    expect(written - cutMs).toBeLessThan(1000 * surelyStoppedSeconds);
    for (const standby of standbys) await machine.heal(standby);
    await machine.heal();
    await writer.goesOn();
    const after = await waitCluster(model, 2, { primary: before.primary });
    expect((await decisionOf(model)).epoch).toBe(epoch);
    const messages = (await model.logs(before.primary)).map(({ message }) => message);
    expect(messages.filter((message) => message.includes('this primary stopped itself at'))).toHaveLength(1);
    await expectRowsKept(model, writer, after);
  });

  test('failover is refused while it answers', async () => {
    const { primary } = await waitCluster(model, 2);
    const task = await model.run('postgresql/leader', 'failover', { confirm: true });
    expect(task).toMatchObject({ status: 'failed' });
    expect(task.message).toContain(`${primary} answers`);
  });

  test('its machine is killed; another takes over, and it returns as a standby', long, async () => {
    for (let time = 1; time <= times; time += 1) {
      const before = await waitCluster(model, 2);
      const dead = await model.machineOf(before.primary);
      const { goneMs, sinceMs } =
        time === 1 ? await killAhead(model, writer, before) : await killPlainly(before);
      await giveUp(model, before.primary);
      await writer.goesOn();
      const { lossBytes } = await decisionOf(model);
      const gapMs = await writer.longestGapMs(sinceMs);
      const said = await lastStatusAt(model, before.primary);

      await dead.boot();
      const after = await waitCluster(model, 2);
      expect(before.standbys).toContain(after.primary);
      const messages = await messagesOf(model, before.primary, said);
      expect(messages.filter((message) => message.startsWith('Diverged: rewinding to'))).not.toEqual([]);
      expect(messages.filter((message) => message.includes('cloning'))).toEqual([]);
      const rows = await expectOnlyLastLost(model, writer, after, goneMs, lost);
      if (time === 1) expect(rows).toBeGreaterThan(0);
      console.log(
        `failover ${time}: the writer paused ${gapMs} ms; ${rows} rows lost, said ${lossBytes} bytes`,
      );
    }
    expectOnePrimaryAtATime((await Promise.all(units.map((unit) => commitsOf(model, unit)))).flat());
  });

  test('another member is lost with it: the failover waits, until that one is given up too', async () => {
    const before = await waitCluster(model, 2);
    const [silent = '', left = ''] = before.standbys;
    const machines = await Promise.all([before.primary, silent].map((unit) => model.machineOf(unit)));
    for (const machine of machines) await machine.kill();
    const goneMs = Date.now();
    await model.faults.takeLeadership('postgresql', left);
    await breakStream(model, left);
    await giveUp(model, before.primary);
    await model.waitFor((status) => shownIn(status).application === `Waiting for ${silent} to report`, {
      describe: `the leader waits for ${silent}`,
    });
    await giveUp(model, silent);
    await writer.goesOn();
    expect(await decisionOf(model)).toMatchObject({ primary: left, previous: before.primary });
    await Promise.all(machines.map((machine) => machine.boot()));
    const after = await waitCluster(model, 2, { primary: left });
    expect((await decisionOf(model)).excluded).toEqual([]);
    await expectOnlyLastLost(model, writer, after, goneMs, lost);
  });

  test('its machine is killed and the unit removed by force', async () => {
    const before = await waitCluster(model, 2);
    commits.push(...(await commitsOf(model, before.primary)));
    const sinceMs = Date.now();
    await (await model.machineOf(before.primary)).kill();
    const goneMs = Date.now();
    if ((await model.leaderOf('postgresql')) === before.primary) await otherLeader(model, before.primary);
    await model.removeUnit(before.primary, { force: true });
    const after = await waitCluster(model, 1);
    await writer.goesOn();
    const rows = await expectOnlyLastLost(model, writer, after, goneMs, lost);
    const { lossBytes } = await decisionOf(model);
    const gapMs = await writer.longestGapMs(sinceMs);
    console.log(`forced removal: the writer paused ${gapMs} ms; ${rows} rows lost, said ${lossBytes} bytes`);
  });

  test('two units of three are removed at once, the primary that leads among them', async () => {
    const [added = ''] = await model.addUnit('postgresql');
    const before = await waitCluster(model, 2);
    await watchServers(model, [added]);
    const left = await removeAllButOne(model, before);
    const after = await waitCluster(model, 0, { primary: left });
    await writer.goesOn();
    await expectRowsKept(model, writer, after, lost);
  });

  test('two primaries were never there at once', async () => {
    const { primary } = await waitCluster(model, 0);
    expectOnePrimaryAtATime([...commits, ...(await commitsOf(model, primary))]);
  });
});
