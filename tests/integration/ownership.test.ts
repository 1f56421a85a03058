import { afterAll, expect, test } from 'vitest';
import type { Model } from '../../testbed/api/index.ts';
import { deployServer, openStory, server, waitActive } from './support/deployment.ts';
import {
  deployHostile,
  type HostileClient,
  type HostileEndpoint,
  hostileClient,
} from './support/hostile-client.ts';
import { oneStory } from './support/one-story.ts';
import { serverSql } from './support/server-sql.ts';

// One client with CREATEROLE and CREATEDB takes names that others will need, on PostgreSQL 17, and tries to become more by that.

let model: Model;
const clients = new Map<string, HostileClient>();

oneStory();
afterAll(() => model?.destroy());

const on = (application: string): HostileClient =>
  clients.get(application) ?? expect.unreachable(`${application} is not related`);

async function relate(application: string, endpoint: HostileEndpoint): Promise<void> {
  const id = await model.integrate(`postgresql:${endpoint}`, `${application}:${endpoint}`);
  clients.set(application, hostileClient(model, endpoint, id, `${application}/0`));
  await model.waitSettled();
}

const sql = (text: string, database?: string): Promise<string[]> => serverSql(model, server, text, database);

/** A quiet event; no hook of the server has failed until then. Returns its status. */
async function look(hook = 'update-status'): Promise<string> {
  await model.faults.repeat({ unit: server, hook });
  await model.waitSettled();
  const failed = (await model.history(server)).filter(
    ({ exitCode, error }) => exitCode !== 0 || error !== null,
  );
  expect(failed).toEqual([]);
  const status = (await model.unit(server))?.['workload-status'];
  return `${status?.current}: ${status?.message}`;
}

/** Comment on a role as the charm that had no registry wrote it. */
const former = (made: string, groups: readonly string[] = []): string =>
  `'Made by the PostgreSQL charm: ${JSON.stringify({ made, groups, password: 'x' })}'`;

test('the role of standbys is there before the first client, and no client can write the registry', async () => {
  model = await openStory('ownership', { base: 'trixie' });
  await deployServer(model);
  await waitActive(model);
  expect(
    await sql("SELECT note::json->>'made' FROM postgresql_charm.roles WHERE name = '_juju_repl'"),
  ).toEqual(['replication']);
  for (const name of ['mallory', 'pgadmin', 'payroll']) await deployHostile(model, '0', name);
  await model.waitSettled();
  await relate('mallory', 'database');
  await on('mallory').say({ database: 'lair', 'extra-user-roles': 'CREATEROLE,CREATEDB' });
  expect(await look()).toMatch(/^active: Live master/);
  for (const text of [
    "INSERT INTO postgresql_charm.roles VALUES ('juju_payroll', 1, '{}')",
    'DELETE FROM postgresql_charm.databases',
    'DROP SCHEMA postgresql_charm CASCADE',
    "ALTER ROLE _juju_repl PASSWORD 'mine'",
    'GRANT _juju_repl TO juju_mallory',
  ]) {
    expect(await on('mallory').sql(text, 'postgres')).toMatchObject({ exitCode: 1 });
  }
});

const taken: [name: string, made: string][] = [
  ['jujuadmin_pgadmin', 'user'],
  ['juju_payroll', 'user'],
  ['jujuowner_payroll', 'owner'],
];

test('a client that takes the names of others before they come does not become a superuser', async () => {
  for (const [name, made] of taken) {
    expect(
      await on('mallory').sql(
        `CREATE ROLE ${name}; COMMENT ON ROLE ${name} IS ${former(made)}; GRANT ${name} TO juju_mallory`,
      ),
    ).toEqual({ exitCode: 0, output: '' });
  }
  await relate('pgadmin', 'db-admin');
  await on('pgadmin').say({ database: 'admin_data' });
  await relate('payroll', 'db');
  await on('payroll').say({ database: 'payroll' });
  const status = await look();
  expect(status).toMatch(/^blocked: Live master/);
  const logged = (await model.logs(server)).map(({ message }) => message).join('\n');
  for (const [name] of taken) {
    expect(logged).toContain(`${JSON.stringify(name)} is there and this charm did not make it`);
  }
  expect(await sql('SELECT rolname FROM pg_roles WHERE rolsuper ORDER BY 1')).toEqual(['postgres']);
  const step = await on('mallory').sql(
    "SET ROLE jujuadmin_pgadmin; COPY (SELECT 1) TO PROGRAM 'touch /tmp/owned'",
  );
  expect(step).toMatchObject({ exitCode: 1, output: expect.stringContaining('permission denied') });
  for (const name of ['pgadmin', 'payroll']) expect(await on(name).told()).not.toHaveProperty('password');
  expect(
    await sql("SELECT count(*) FROM pg_authid WHERE rolname = 'juju_payroll' AND rolpassword IS NULL"),
  ).toEqual(['1']);
  expect(await on('mallory').sql('SELECT 1')).toEqual({ exitCode: 0, output: '1' });
});

test("when the names are free again the others are served, out of the first one's reach", async () => {
  for (const [name] of taken) await sql(`DROP ROLE ${name}`);
  expect(await look()).toMatch(/^active: Live master/);
  expect(await on('pgadmin').sql('SELECT current_user')).toEqual({
    exitCode: 0,
    output: 'jujuadmin_pgadmin',
  });
  for (const text of [
    "ALTER ROLE juju_payroll PASSWORD 'mine'",
    'GRANT jujuadmin_pgadmin TO juju_mallory',
    'SET ROLE jujuowner_payroll',
  ]) {
    expect(await on('mallory').sql(text)).toMatchObject({ exitCode: 1 });
  }
});

test("passwords that are not the charm's are set right by the next quiet event", async () => {
  await sql("ALTER ROLE juju_payroll PASSWORD 'other'; ALTER ROLE _juju_repl PASSWORD 'other'");
  const stored = "SELECT rolpassword FROM pg_authid WHERE rolname = '_juju_repl'";
  const [other] = await sql(stored);
  expect(await on('payroll').sql('SELECT 1')).toMatchObject({ exitCode: 2 });
  expect(await look()).toMatch(/^active: Live master/);
  expect(await on('payroll').sql('SELECT 1')).toEqual({ exitCode: 0, output: '1' });
  expect(await sql(stored)).not.toEqual([other]);
  // And only then.
  const kept = await sql(stored);
  await look();
  expect(await sql(stored)).toEqual(kept);
});

test("a database of another client is refused, an operator's own is used and stays open", async () => {
  await on('mallory').sql('CREATE DATABASE wages');
  await on('payroll').say({ database: 'wages' });
  expect(await look()).toMatch(/^blocked.*"wages" belongs to another client, "juju_mallory"/);
  await on('mallory').sql('DROP DATABASE wages');
  await sql('CREATE DATABASE ledger');
  await on('payroll').say({ database: 'ledger' });
  expect(await look()).toMatch(/^active: Live master/);
  expect(await on('payroll').sql('SELECT current_database()')).toEqual({ exitCode: 0, output: 'ledger' });
  expect(
    await sql("SELECT datacl::text ~ '[{,]=' OR datacl IS NULL FROM pg_database WHERE datname = 'ledger'"),
  ).toEqual(['t']);
  const logged = (await model.logs(server)).filter(({ message }) => message.includes('"ledger" of'));
  expect(logged.map(({ level }) => level)).toEqual(['WARNING']);
});

test('a database that is gone is said and not made anew', async () => {
  await on('payroll').say({ database: 'payroll' });
  await sql('DROP DATABASE payroll WITH (FORCE)');
  expect(await look()).toMatch(/^blocked.*"payroll" is gone.*CREATE DATABASE "payroll"/);
  expect(await sql("SELECT count(*) FROM pg_database WHERE datname = 'payroll'")).toEqual(['0']);
  await sql('CREATE DATABASE payroll');
  expect(await look()).toMatch(/^active: Live master/);
  expect(await on('payroll').sql('CREATE TABLE t (n int); SELECT 1')).toEqual({ exitCode: 0, output: '1' });
  // It is closed to others as the one before was.
  expect(await on('mallory').sql('SELECT 1', 'payroll')).toMatchObject({ exitCode: 2 });
});

test('a charm without a registry is taken over, but not what a client has forged', async () => {
  await on('mallory').sql(
    `CREATE ROLE juju_later; COMMENT ON ROLE juju_later IS ${former('user')};
     CREATE ROLE jujuowner_later; COMMENT ON ROLE jujuowner_later IS ${former('owner')}`,
  );
  await sql(
    `DROP SCHEMA postgresql_charm CASCADE; COMMENT ON ROLE juju_payroll IS ${former('user', ['jujuowner_payroll'])};
     COMMENT ON ROLE jujuowner_payroll IS ${former('owner')}; COMMENT ON ROLE juju_mallory IS ${former('user', ['jujuowner_lair'])};
     COMMENT ON ROLE jujuowner_lair IS ${former('owner')}; COMMENT ON ROLE _juju_repl IS ${former('replication')};
     COMMENT ON ROLE jujuadmin_pgadmin IS ${former('user')}; COMMENT ON ROLE jujuowner_admin_data IS ${former('owner')}`,
  );
  expect(await look('upgrade-charm')).toMatch(/^active: Live master/);
  expect(await sql('SELECT name FROM postgresql_charm.roles ORDER BY 1')).toEqual([
    '_juju_repl',
    'juju_mallory',
    'juju_payroll',
    'jujuadmin_pgadmin',
    'jujuowner_admin_data',
    'jujuowner_lair',
    'jujuowner_payroll',
  ]);
  expect(await sql('SELECT name FROM postgresql_charm.databases WHERE NOT taken ORDER BY 1')).toEqual([
    'admin_data',
    'lair',
    'payroll',
  ]);
  for (const name of ['payroll', 'pgadmin', 'mallory']) {
    expect(await on(name).sql('SELECT 1')).toEqual({ exitCode: 0, output: '1' });
  }
});

test('what is no longer asked for is taken away, and who is gone cannot log in', async () => {
  await on('payroll').say({ database: 'payroll' });
  await on('mallory').say({ database: 'lair', 'extra-user-roles': 'SUPERUSER' });
  const old = await on('mallory').told();
  expect(await on('mallory').sql("SELECT current_setting('is_superuser')")).toEqual({
    exitCode: 0,
    output: 'on',
  });
  await on('mallory').say({ database: 'lair', 'extra-user-roles': 'CREATEDB' });
  const powers =
    'rolsuper, rolcreaterole, rolcreatedb, rolcanlogin, rolpassword IS NULL FROM pg_authid WHERE rolname';
  expect(await sql(`SELECT ${powers} = 'jujuadmin_mallory'`)).toEqual(['f|f|f|f|t']);
  expect(await sql(`SELECT ${powers} = 'juju_mallory'`)).toEqual(['f|f|t|t|f']);
  const now = await on('mallory').told();
  expect(now['username']).not.toBe(old['username']);
  const payroll = Number(on('payroll').id.split(':')[1]);
  await model.removeRelation(payroll);
  await model.waitSettled();
  expect(await sql(`SELECT ${powers} = 'juju_payroll'`)).toEqual(['f|f|f|f|t']);
  // The same application again has what it owned.
  await relate('payroll', 'db');
  await on('payroll').say({ database: 'payroll' });
  expect(await on('payroll').sql('INSERT INTO t VALUES (1); SELECT count(*) FROM t')).toEqual({
    exitCode: 0,
    output: '1',
  });
});

test('secrets of a relation that is gone are removed', async () => {
  await relate('pgadmin', 'database');
  const fields = JSON.stringify(['username', 'password']);
  await on('pgadmin').say({ database: 'hidden', 'requested-secrets': fields });
  const labels = async () =>
    (await model.secrets()).map(({ label }) => label).filter((label) => label.startsWith('database.'));
  expect(await labels()).toHaveLength(1);
  await model.removeRelation(Number(on('pgadmin').id.split(':')[1]));
  await model.waitSettled();
  expect(await labels()).toEqual([]);
  expect(await look()).toMatch(/^active: Live master/);
});
