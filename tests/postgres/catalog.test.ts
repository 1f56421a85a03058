import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withSession } from '../../src/postgres/session.ts';
import { retirements } from '../../src/server/retired-users.ts';
import { asClient, grantOf, settleCatalog } from './catalog-model.ts';
import { apply, type ScratchServer, scratchServer } from './scratch-server.ts';

let server: ScratchServer;

beforeAll(async () => {
  server = await scratchServer();
  await server.settle({ extraLines: ['host all all 127.0.0.1/32 scram-sha-256'] });
});
afterAll(() => server.remove());

async function asAdministrator(database: string, sql: string): Promise<Record<string, unknown>[]> {
  return withSession(server.place, database, (session) => session.rows(sql));
}

describe('a client', () => {
  test('gets its database, roles and extensions and can work', async () => {
    const wanted = [
      grantOf({
        user: 'juju_webapp',
        roles: ['reporting'],
        extensions: [
          { name: 'hstore', schema: null },
          { name: 'citext', schema: 'extras' },
        ],
      }),
    ];
    const settled = await settleCatalog(server, wanted);
    expect(settled).toMatchObject({ problems: {}, met: { 'db:1': ['m'] }, steps: [] });
    const rows = await asClient(
      server,
      'juju_webapp',
      'app',
      'CREATE TABLE t (id serial PRIMARY KEY, h hstore, c extras.citext)',
      "INSERT INTO t (h) VALUES ('a=>1')",
      "SELECT current_user::text AS me, pg_has_role('reporting', 'MEMBER') AS member FROM t",
    );
    expect(rows).toEqual([{ me: 'juju_webapp', member: true }]);
  });

  test('with the same wish again changes nothing', async () => {
    const wanted = [grantOf({ user: 'juju_webapp', roles: ['reporting'] })];
    await settleCatalog(server, wanted);
    expect((await settleCatalog(server, wanted)).done).toEqual([]);
  });

  test('loses a role it no longer asks for, and keeps what an operator gave it', async () => {
    await asAdministrator('postgres', 'CREATE ROLE manual NOLOGIN');
    await asAdministrator('postgres', 'GRANT manual TO juju_webapp');
    const settled = await settleCatalog(server, [grantOf({ user: 'juju_webapp' })]);
    const user = settled.seen.roles.find((role) => role.name === 'juju_webapp');
    expect(user?.memberOf.toSorted()).toEqual(['juju_owner_app', 'manual']);
  });

  test('cannot enter the database of another', async () => {
    await settleCatalog(server, [
      grantOf({ user: 'juju_webapp' }),
      grantOf({ user: 'juju_other', relation: 'db:2', database: 'other' }),
    ]);
    await expect(asClient(server, 'juju_other', 'app', 'SELECT 1')).rejects.toThrow(
      /permission denied for database/,
    );
    await expect(asClient(server, 'juju_other', 'other', 'SELECT 1 AS one')).resolves.toEqual([{ one: 1 }]);
  });

  test('shares the database with another client of it', async () => {
    await settleCatalog(server, [
      grantOf({ user: 'juju_webapp' }),
      grantOf({ user: 'juju_worker', relation: 'db:3' }),
    ]);
    await asClient(server, 'juju_webapp', 'app', 'CREATE SCHEMA jobs', 'CREATE TABLE jobs.queue (id serial)');
    const rows = await asClient(
      server,
      'juju_worker',
      'app',
      'INSERT INTO jobs.queue DEFAULT VALUES',
      'SELECT count(*)::int AS jobs FROM jobs.queue',
    );
    expect(rows).toEqual([{ jobs: 1 }]);
  });

  test('that comes under a new name takes over the objects of the one that is gone', async () => {
    await settleCatalog(server, [grantOf({ user: 'juju_renamed', relation: 'db:4' })]);
    const rows = await asClient(
      server,
      'juju_renamed',
      'app',
      'ALTER TABLE t ADD COLUMN renamed int',
      'DROP TABLE jobs.queue',
      "SELECT tableowner::text AS owner FROM pg_tables WHERE tablename = 't'",
    );
    expect(rows).toEqual([{ owner: 'juju_owner_app' }]);
    // The old client may come back to what it had.
    await settleCatalog(server, [grantOf({ user: 'juju_webapp' })]);
    await asClient(server, 'juju_webapp', 'app', 'ALTER TABLE t DROP COLUMN renamed');
  });

  test('has only the privileges that the operator allows', async () => {
    await settleCatalog(server, [
      grantOf({ user: 'juju_reader', relation: 'db:5', database: 'limited', privileges: ['CONNECT'] }),
    ]);
    await expect(asClient(server, 'juju_reader', 'limited', 'CREATE TABLE x ()')).rejects.toThrow(
      /permission denied/,
    );
    await expect(asClient(server, 'juju_reader', 'limited', 'CREATE SCHEMA x')).rejects.toThrow(
      /permission denied/,
    );
    await expect(asClient(server, 'juju_reader', 'limited', 'CREATE TEMP TABLE x ()')).rejects.toThrow(
      /permission/,
    );
    await settleCatalog(server, [grantOf({ user: 'juju_reader', relation: 'db:5', database: 'limited' })]);
    await asClient(server, 'juju_reader', 'limited', 'CREATE TABLE x ()');
  });

  test('gets its password back when somebody changed it', async () => {
    await asAdministrator('postgres', "ALTER ROLE juju_webapp PASSWORD 'other'");
    const settled = await settleCatalog(server, [grantOf({ user: 'juju_webapp' })]);
    expect(settled.done.map((step) => step.kind)).toContain('role.password');
    await asClient(server, 'juju_webapp', 'app', 'SELECT 1');
  });

  test('that has let another one into its role is refused until that is taken back', async () => {
    await asAdministrator('postgres', 'GRANT juju_webapp TO juju_other WITH ADMIN OPTION');
    const refused = await settleCatalog(server, [grantOf({ user: 'juju_webapp' })]);
    expect(refused.problems['db:1']?.['m']).toEqual([
      'role "juju_webapp" has a member that this charm did not make: "juju_other" (granted by "postgres"); ' +
        'take it away: REVOKE "juju_webapp" FROM "juju_other"',
    ]);
    await asAdministrator('postgres', 'REVOKE juju_webapp FROM juju_other');
    expect((await settleCatalog(server, [grantOf({ user: 'juju_webapp' })])).problems).toEqual({});
  });

  test('that may write all data writes no registry, and the role of standbys loses its members', async () => {
    await asAdministrator('postgres', 'GRANT pg_write_all_data, pg_read_all_data TO juju_other');
    await asAdministrator('postgres', 'SET ROLE juju_other; DELETE FROM postgresql_charm.roles').catch(
      () => [],
    );
    await asAdministrator('postgres', 'REVOKE pg_write_all_data, pg_read_all_data FROM juju_other');
    await apply([{ kind: 'replication.user', role: '_juju_repl' }], server.context);
    await asAdministrator('postgres', 'GRANT _juju_repl TO juju_other');
    await apply([{ kind: 'replication.user', role: '_juju_repl' }], server.context);
    const { roles, registry } = (await settleCatalog(server, [grantOf({ user: 'juju_webapp' })])).seen;
    expect(roles.find(({ name }) => name === '_juju_repl')).toMatchObject({
      members: [],
      passwordKept: true,
    });
    expect(registry?.map(({ name }) => name)).toContain('app');
    expect(roles.find(({ name }) => name === 'juju_webapp')?.note?.made).toBe('user');
  });

  test('that is gone cannot log in, has nobody in its sessions, and keeps what it owns', async () => {
    const { seen } = await settleCatalog(server, [grantOf({ user: 'juju_worker', relation: 'db:3' })]);
    await asClient(server, 'juju_worker', 'app', 'CREATE TABLE of_worker ()');
    const [retirement] = retirements(seen, new Set(['juju_webapp'])).filter(
      ({ role }) => role === 'juju_worker',
    );
    if (retirement === undefined) return expect.unreachable('it is not retired');
    await apply([{ kind: 'role.retire', ...retirement }], server.context);
    await expect(asClient(server, 'juju_worker', 'app', 'SELECT 1')).rejects.toThrow(
      /authentication failed|not permitted/,
    );
    await settleCatalog(server, [grantOf({ user: 'juju_worker', relation: 'db:3' })]);
    await asClient(server, 'juju_worker', 'app', 'DROP TABLE of_worker');
  });

  test('no password reaches the log, even when all statements are logged', async () => {
    await asAdministrator('postgres', "ALTER SYSTEM SET log_statement = 'all'");
    await asAdministrator('postgres', 'SELECT pg_reload_conf()');
    await settleCatalog(server, [grantOf({ user: 'juju_logged', relation: 'db:6', database: 'logged' })]);
    const { derivePassword } = await import('../../src/system/entropy.ts');
    const { logOf } = await import('./scratch-server.ts');
    expect(await logOf(server)).not.toContain(derivePassword('a root secret for tests', 'juju_logged', 1));
    await asAdministrator('postgres', 'ALTER SYSTEM RESET ALL');
    await asAdministrator('postgres', 'SELECT pg_reload_conf()');
  });
});
