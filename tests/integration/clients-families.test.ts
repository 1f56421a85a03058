import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Model } from '../../testbed/api/index.ts';
import { deployServer, openStory, waitActive } from './support/deployment.ts';
import { expectAllWrite, familyNames, familySql, relateFamilies, waitConnected } from './support/families.ts';
import { serverSql } from './support/server-sql.ts';

// Every family of clients on one deployment, while the cluster changes under them.

describe.each(['3.6', '4.0', '2.9'] as const)('Juju %s', (juju) => {
  let model: Model;
  let rows = 0;
  let relations: Record<string, number>;

  beforeAll(async () => {
    model = await openStory(`families-${juju.replace('.', '-')}`, { juju });
    await deployServer(model);
    relations = await relateFamilies(model);
  });
  afterAll(() => model?.destroy());

  /** All clients are led to the unit, write there, and find what they wrote before. */
  async function expectServedBy(unit: string): Promise<void> {
    await waitConnected(model, unit);
    rows += 1;
    await expectAllWrite(model, rows);
  }

  test('all connect', async () => {
    await expectServedBy('postgresql/0');
    expect(await familySql(model, 'admin', 'SHOW is_superuser')).toBe('on');
  });

  test('nobody notices that units are added', async () => {
    await model.addUnit('postgresql', 2);
    await waitActive(model, 240_000);
    await expectServedBy('postgresql/0');
  });

  test('all follow a switchover', async () => {
    const leader = await model.leaderOf('postgresql');
    const task = await model.run(leader ?? '', 'switchover', { master: 'postgresql/1' });
    expect(task.message).toBe('');
    await expectServedBy('postgresql/1');
    await waitActive(model);
  });

  test('all follow the removal of the primary', async () => {
    await model.removeUnit('postgresql/1');
    await model.waitGone('postgresql/1');
    await waitActive(model);
    const [unit = ''] = await primaries(model);
    await expectServedBy(unit);
  });

  test('all follow new passwords; who cannot be told keeps its own', async () => {
    const [unit = ''] = await primaries(model);
    const before = await verifiers(model, unit);
    const leader = (await model.leaderOf('postgresql')) ?? '';
    const { status, results } = await model.run(leader, 'rotate-password', { scope: 'clients' });
    expect(status).toBe('completed');
    const deaf = juju === '2.9' ? [`database:${relations['interfaces']}`, 'juju_interfaces'] : [];
    expect(String(results['cannot-be-told'] ?? '').split(' ')[0]).toBe(deaf[0] ?? '');
    const isChanged = async (): Promise<boolean> => {
      const now = await verifiers(model, unit);
      return Object.keys(before).every((role) => deaf.includes(role) || before[role] !== now[role]);
    };
    await model.waitFor(isChanged, { describe: 'the server has the new passwords' });
    await model.waitSettled();
    console.log(await lockOuts(model, unit));
    const after = await verifiers(model, unit);
    const kept = Object.keys(before).filter((role) => before[role] === after[role]);
    expect(kept).toEqual(deaf.slice(1));
    await expectServedBy(unit);
  });

  test('standbys follow a new password of their own', async () => {
    const [primary = ''] = await primaries(model);
    const standby = (await serverUnits(model)).find((unit) => unit !== primary) ?? '';
    const machine = await model.machineOf(standby);
    const passfile = '/etc/postgresql/15/main/charm.pgpass';
    const before = await machine.read(passfile);
    const leader = (await model.leaderOf('postgresql')) ?? '';
    expect((await model.run(leader, 'rotate-password', { scope: 'replication' })).status).toBe('completed');
    await model.waitFor(async () => (await machine.read(passfile)) !== before, {
      describe: 'the standby has its new password',
    });
    await model.waitSettled();
    await serverSql(model, standby, 'SELECT pg_terminate_backend(pid) FROM pg_stat_wal_receiver');
    const name = standby.replace('/', '_');
    const streaming = `SELECT count(*) FROM pg_stat_replication WHERE application_name = '${name}' AND state = 'streaming'`;
    await model.waitFor(async () => (await serverSql(model, primary, streaming))[0] === '1');
  });

  test('a relation that is removed has no session left on a standby either', async () => {
    const [primary = ''] = await primaries(model);
    const standby = (await serverUnits(model)).find((unit) => unit !== primary) ?? '';
    const id = relations['classic'] ?? 0;
    const {
      host = '',
      user = '',
      password = '',
      database = '',
    } = (await model.bags(id)).units[standby] ?? {};
    const env = { PGHOST: host, PGUSER: user, PGPASSWORD: password, PGDATABASE: database };
    const machine = await model.machineOf('classic/0');
    const open = machine.exec(['psql', '-XAtqc', 'SELECT pg_sleep(600)'], { env });
    const sessions = "SELECT 1 FROM pg_stat_activity WHERE usename = 'juju_classic'";
    await model.waitFor(async () => (await serverSql(model, standby, sessions)).length === 1);
    // The administering client is on the same machine, from where it may log in as anybody.
    await model.removeRelation(relations['admin'] ?? 0);
    await model.removeRelation(id);
    expect((await open).stderr).toContain('terminating connection');
  });
});

/** For how long each client had a password that the server had no more: until its next hook began, and until that ended. */
async function lockOuts(model: Model, unit: string): Promise<string> {
  const lines = await model.logs(unit);
  const told = await Promise.all(
    familyNames(model).map(async (name) => {
      const step = lines.findLast(({ message }) =>
        new RegExp(`role\\.password \\S+ juju\\w*_${name}$`).test(message),
      );
      const setMs = Date.parse(step?.at ?? '');
      const hook = (await model.history(`${name}/0`)).find(({ startedAt }) => Date.parse(startedAt) >= setMs);
      if (hook === undefined) return `${name} not told`;
      const beganMs = Date.parse(hook.startedAt) - setMs;
      return `${name} ${beganMs}–${Math.round(beganMs + hook.durationMs)} ms (${hook.hook})`;
    }),
  );
  return `Juju ${model.juju}, locked out for: ${told.join(', ')}`;
}

/** Role → what the server keeps of its password. */
async function verifiers(model: Model, unit: string): Promise<Record<string, string>> {
  const sql = "SELECT rolname, rolpassword FROM pg_authid WHERE rolname ~ '^juju' AND rolcanlogin";
  const lines = await serverSql(model, unit, sql);
  return Object.fromEntries(lines.map((line) => line.split('|') as [string, string]));
}

async function serverUnits(model: Model): Promise<string[]> {
  return Object.keys((await model.status()).applications['postgresql']?.units ?? {});
}

/** Units that say they are the primary. */
async function primaries(model: Model): Promise<string[]> {
  const { applications } = await model.status();
  const units = applications['postgresql']?.units ?? {};
  return Object.entries(units).flatMap(([name, unit]): string[] =>
    unit['workload-status'].message?.startsWith('Live master') === true ? [name] : [],
  );
}
