import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withSession } from '../../src/postgres/session.ts';
import type { DesiredGrant } from '../../src/server/catalog-facts.ts';
import { asClient, grantOf, settleCatalog } from './catalog-model.ts';
import { type ScratchServer, scratchServer } from './scratch-server.ts';

let server: ScratchServer;
const honest = grantOf({ user: 'juju_honest', relation: 'db:0', database: 'honest' });

beforeAll(async () => {
  server = await scratchServer();
  await server.settle({ extraLines: ['host all all 127.0.0.1/32 scram-sha-256'] });
  await withSession(server.place, 'postgres', async (session) => {
    await session.run('CREATE ROLE boss SUPERUSER NOLOGIN');
    await session.run('CREATE ROLE bosses NOLOGIN');
    await session.run('GRANT boss TO bosses');
    await session.run('CREATE ROLE spies NOLOGIN');
    await session.run('GRANT pg_execute_server_program TO spies');
    await session.run('CREATE ROLE alice LOGIN');
    await session.run('CREATE ROLE builder CREATEDB NOLOGIN');
    await session.run('CREATE ROLE clerks NOLOGIN');
    await session.run('CREATE DATABASE closed ALLOW_CONNECTIONS false');
  });
  await settleCatalog(server, [honest]);
});
afterAll(() => server.remove());

const hostileNames = [
  'a"b',
  "a'b; DROP DATABASE honest; --",
  'Ünïcode ☃',
  'all',
  'replication',
  'sameuser',
  '+clerks',
  '@file',
  'a,b',
  'a b#c',
  '$1',
  '%s%n',
  'select',
];

describe('a name taken literally', () => {
  test.each(hostileNames)('%j as database, role and schema', async (name) => {
    const extensions = [{ name: 'citext', schema: name }];
    const grant = grantOf({
      user: 'juju_odd',
      database: name,
      roles: [name],
      extensions,
      ownerRole: `${name}_owner`,
    });
    const settled = await settleCatalog(server, [grant, honest]);
    expect(settled.problems).toEqual({});
    expect(Object.keys(settled.met)).toEqual(['db:0', 'db:1']);
    const hba = await server.settle({
      extraLines: [],
      grants: [{ database: name, user: 'juju_odd', network: '127.0.0.1' }],
    });
    expect(hba.map((step) => step.kind)).toEqual(['file.write', 'server.reload']);
    const rows = await asClient(server, 'juju_odd', name, 'SELECT current_database()::text AS name');
    expect(rows).toEqual([{ name }]);
    await expect(asClient(server, 'juju_odd', 'honest', 'SELECT 1')).rejects.toThrow(
      /pg_hba\.conf rejects|permission/,
    );
    await server.settle({ extraLines: ['host all all 127.0.0.1/32 scram-sha-256'] });
  });
});

describe('a wish that is refused', () => {
  const cases: [string, Partial<DesiredGrant>, RegExp][] = [
    ['database template1', { database: 'template1' }, /database "template1" is reserved/],
    ['database postgres', { database: 'postgres' }, /database "postgres" is reserved/],
    ['an empty database name', { database: '' }, /the name is empty/],
    ['a 10 kB database name', { database: 'x'.repeat(10_240) }, /database "x{40}…".*10240 bytes long/],
    ['a NUL', { database: 'a\0b' }, /holds a NUL character/],
    ['half a surrogate pair', { database: 'a\ud800b' }, /not well-formed Unicode/],
    ['a line break in a name', { database: 'a\nhost all all all trust' }, /control character/],
    ['a leading slash', { database: '/^.*$' }, /begins with "\/"/],
    ['a database without connections', { database: 'closed' }, /does not allow connections/],
    ['a superuser role', { roles: ['boss'] }, /role "boss" has SUPERUSER/],
    [
      'a member of a superuser role',
      { roles: ['bosses'] },
      /"bosses" is a member of "boss", which has SUPERUSER/,
    ],
    [
      'a member of a predefined role',
      { roles: ['spies'] },
      /member of a reserved one: role "pg_execute_server_program"/,
    ],
    ['a predefined role', { roles: ['pg_read_all_data'] }, /role "pg_read_all_data" is reserved/],
    ['somebody who logs in', { roles: ['alice'] }, /role "alice" has LOGIN/],
    ['a role that makes databases', { roles: ['builder'] }, /role "builder" has CREATEDB/],
    ['postgres', { roles: ['postgres'] }, /role "postgres" is reserved/],
    ['the replication user', { roles: ['_juju_repl'] }, /role "_juju_repl" is reserved/],
    ['another client', { roles: ['juju_honest'] }, /role "juju_honest" is reserved/],
    [
      'the owner of what another client has',
      { roles: ['juju_owner_honest'] },
      /role "juju_owner_honest" is reserved/,
    ],
    ['public', { roles: ['PUBLIC'] }, /role "PUBLIC" is reserved/],
    [
      'an owner role that is somebody',
      { ownerRole: 'boss' },
      /role "boss" is there and this charm did not make it/,
    ],
    [
      'an unknown extension',
      { extensions: [{ name: 'nowhere', schema: null }] },
      /extension "nowhere" is not available/,
    ],
    [
      'a schema of the system',
      { extensions: [{ name: 'citext', schema: 'pg_catalog' }] },
      /"pg_catalog" is reserved/,
    ],
    ['CREATEROLE before 16', { createRole: true }, /CREATEROLE is not given/],
    ['a user outside the clients', { user: 'postgres' }, /users of clients begin with "juju"/],
  ];
  test.each(cases)('%s', async (_, partial, reason) => {
    const settled = await settleCatalog(server, [
      grantOf({ user: 'juju_hostile', relation: 'db:9', ...partial }),
      honest,
    ]);
    expect(settled.problems['db:9']?.['m']?.join()).toMatch(reason);
    expect(Object.keys(settled.met)).toEqual(['db:0']);
    expect(settled.failures).toEqual([]);
  });
});

describe('a client that tries to become more', () => {
  test.each([
    'ALTER ROLE juju_honest SUPERUSER',
    'GRANT boss TO juju_honest',
    'SET ROLE postgres',
    'SET SESSION AUTHORIZATION postgres',
    'ALTER DATABASE honest OWNER TO juju_honest',
    'ALTER DATABASE honest SET role = postgres',
    'ALTER ROLE juju_owner_honest LOGIN',
    'CREATE ROLE x',
    'CREATE DATABASE x',
    "COPY (SELECT 1) TO PROGRAM 'true'",
    'ALTER SYSTEM SET port = 1',
    'CREATE EXTENSION file_fdw',
    'DROP DATABASE app',
  ])('by %s', async (sql) => {
    await expect(asClient(server, 'juju_honest', 'honest', sql)).rejects.toThrow(
      /permission denied|must be (superuser|owner|member)|not exist/,
    );
  });

  test('by operators and functions that the administrator might call in its database', async () => {
    await asClient(
      server,
      'juju_honest',
      'honest',
      'CREATE FUNCTION public.current_database() RETURNS name LANGUAGE sql AS $$ ALTER ROLE juju_honest SUPERUSER; SELECT NULL::name $$',
      'CREATE FUNCTION public.trap(name, name) RETURNS bool LANGUAGE sql AS $$ ALTER ROLE juju_honest SUPERUSER; SELECT true $$',
      'CREATE OPERATOR public.= (LEFTARG = name, RIGHTARG = name, FUNCTION = public.trap)',
      'CREATE VIEW public.pg_extension AS SELECT 1',
    );
    const wish = {
      ...honest,
      extensions: [
        { name: 'hstore', schema: 'traps' },
        { name: 'ltree', schema: null },
      ],
    };
    const settled = await settleCatalog(server, [wish]);
    expect(settled).toMatchObject({ problems: {}, met: { 'db:0': ['m'] } });
    const role = settled.seen.roles.find(({ name }) => name === 'juju_honest');
    expect(role).toMatchObject({ superuser: false, createRole: false });
  });
});
