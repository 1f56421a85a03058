import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withSession } from '../../src/postgres/session.ts';
import { asClient, grantOf, settleCatalog } from './catalog-model.ts';
import { type ScratchServer, scratchServer } from './scratch-server.ts';

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

  test('gets its password back when somebody changed it and the note says so', async () => {
    await asAdministrator('postgres', "ALTER ROLE juju_webapp PASSWORD 'other'");
    await asAdministrator('postgres', 'COMMENT ON ROLE juju_webapp IS NULL');
    const settled = await settleCatalog(server, [grantOf({ user: 'juju_webapp' })]);
    expect(settled.done.map((step) => step.kind)).toContain('role.password');
    await asClient(server, 'juju_webapp', 'app', 'SELECT 1');
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
