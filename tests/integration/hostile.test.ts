import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Model } from '../../testbed/api/index.ts';
import { client, clientSql, deployClient, deployServer, openStory, server } from './support/deployment.ts';
import {
  deployHostile,
  type HostileClient,
  type HostileEndpoint,
  hostile,
  hostileClient,
  privilegesGained,
} from './support/hostile-client.ts';
import { serverSql } from './support/server-sql.ts';

// One server, one honest client that writes a row after each case, and one client that asks for what it
// should not.

let model: Model;
let rows = 0;
const clients: Partial<Record<HostileEndpoint, HostileClient>> = {};

beforeAll(async () => {
  model = await openStory('hostile');
  await deployServer(model);
  await deployClient(model, { config: { database: 'shop' } });
  await model.integrate('postgresql:db', 'client:db');
  await deployHostile(model, '1');
  await model.waitFor(async () => (await model.unit(client))?.['workload-status'].current === 'active', {
    describe: 'the honest client is served',
  });
  await model.waitSettled();
  await serverSql(
    model,
    server,
    'CREATE ROLE boss SUPERUSER NOLOGIN; CREATE ROLE bosses NOLOGIN; GRANT boss TO bosses',
  );
  await clientSql(model, 'CREATE TABLE orders (number int)');
});
afterAll(() => model?.destroy());

const on = (endpoint: HostileEndpoint): HostileClient => {
  const found = clients[endpoint];
  if (found === undefined) throw new Error(`not related on ${endpoint}`);
  return found;
};

async function relate(endpoint: HostileEndpoint): Promise<void> {
  clients[endpoint] = hostileClient(
    model,
    endpoint,
    await model.integrate(`postgresql:${endpoint}`, `hostile:${endpoint}`),
  );
  await model.waitSettled();
}

/**
 * Has the hostile client say `bag`. Whatever it is: no hook fails, and the honest client goes on. Returns the
 * unit's status.
 */
async function say(endpoint: HostileEndpoint, bag: Record<string, string>): Promise<string> {
  const before = (await model.history(server)).length;
  await on(endpoint).say(bag);
  const hooks = (await model.history(server)).slice(before);
  expect(hooks.filter(({ exitCode, error }) => exitCode !== 0 || error !== null)).toEqual([]);
  rows += 1;
  expect(await clientSql(model, `INSERT INTO orders VALUES (${rows}); SELECT count(*) FROM orders`)).toBe(
    String(rows),
  );
  const status = (await model.unit(server))?.['workload-status'];
  return `${status?.current}: ${status?.message}`;
}

const literalNames = [
  `a"b`,
  `a'b"; DROP DATABASE shop; --`,
  'Ünïcode ☃',
  'all',
  'replication',
  'sameuser',
  '+bosses',
  '@/etc/passwd',
  '-h',
  '$1 %s',
];

const x10k = 'x'.repeat(10_240);

/** What is refused whoever asks, and what the status says about it. */
const refusals: [string, Record<string, string>, RegExp][] = [
  ['a database of 10 kB', { database: x10k }, /10240 bytes/],
  ['a database with a line of pg_hba.conf', { database: 'a\nhost all all all trust' }, /control character/],
  ['a database with a NUL', { database: 'a\0b' }, /NUL/],
  ['a database with a backslash', { database: 'a\\b' }, /backslash/],
  ['a database that is a regular expression', { database: '/^.*$' }, /begins with "\/"/],
  ['a role of 10 kB', { database: 'h', roles: x10k }, /10240 bytes/],
  ['role postgres', { database: 'h', roles: 'postgres' }, /"postgres" is reserved/],
  ['a superuser role', { database: 'h', roles: 'boss' }, /"boss" has SUPERUSER/],
  ['a member of a superuser role', { database: 'h', roles: 'bosses' }, /"bosses" is a member of "boss"/],
  ['a predefined role', { database: 'h', roles: 'pg_execute_server_program' }, /is reserved/],
  ['role public', { database: 'h', roles: 'public' }, /"public" is reserved/],
  ['role none', { database: 'h', roles: 'NONE' }, /"NONE" is reserved/],
  ['the replication user', { database: 'h', roles: '_juju_repl' }, /is reserved/],
  ["another client's user", { database: 'h', roles: 'juju_client' }, /is reserved/],
  ["another client's owner role", { database: 'h', roles: 'jujuowner_shop' }, /is reserved/],
  ['a missing extension', { database: 'h', extensions: 'no_such' }, /extension "no_such" is not available/],
  ['an extension of SQL', { database: 'h', extensions: `x"; DROP DATABASE shop; --` }, /not available/],
  ['an extension of 10 kB', { database: 'h', extensions: x10k }, /10240 bytes/],
  ["the system's schema", { database: 'h', extensions: 'citext:pg_catalog' }, /"pg_catalog".*reserved/],
];

describe('a client over db', () => {
  beforeAll(() => relate('db'));

  test.each(literalNames)('%j is the name of a database and a role, and no more', async (name) => {
    // A comma separates roles, so a name with one would be two.
    const status = await say('db', { database: name, roles: name, extensions: 'citext' });
    expect(status).toMatch(/^active: Live master/);
    expect(await on('db').told()).toMatchObject({ database: name, user: 'juju_hostile', roles: name });
    expect(await on('db').sql('SELECT current_database()')).toEqual({ exitCode: 0, output: name });
    expect((await on('db').sql('SELECT 1', 'shop')).exitCode).toBe(2);
    expect(await privilegesGained(model)).toEqual([]);
  });

  test('a database of its own is all it can reach', async () => {
    await say('db', { database: 'h' });
    for (const database of ['shop', 'postgres', 'template1', 'a"b']) {
      expect(await on('db').sql('SELECT 1', database)).toMatchObject({ exitCode: 2 });
    }
    for (const text of [
      'CREATE ROLE x',
      'ALTER ROLE juju_hostile SUPERUSER',
      'SET ROLE jujuowner_shop',
      'GRANT boss TO juju_hostile',
    ]) {
      expect(await on('db').sql(text)).toMatchObject({ exitCode: 1 });
    }
  });

  const reserved = ['postgres', 'template0', 'template1'].map((database): (typeof refusals)[number] => [
    `database ${database}`,
    { database },
    /server's own|is reserved/,
  ]);
  test.each([...refusals, ...reserved])('%s is refused', async (_, bag, reason) => {
    const status = await say('db', bag);
    expect(status).toMatch(/^blocked: Live master/);
    expect(status).toMatch(reason);
    expect(status).toContain('hostile');
    expect(await privilegesGained(model)).toEqual([]);
    expect(await on('db').told()).not.toMatchObject(bag);
  });

  test.each([
    ['no address at all', { 'egress-subnets': 'everywhere', 'ingress-address': 'x', 'private-address': 'x' }],
    ['a line of pg_hba.conf', { 'egress-subnets': '10.0.0.0/8 trust\nhost all all 0.0.0.0/0 trust' }],
    ['a host name', { 'egress-subnets': '', 'ingress-address': '', 'private-address': 'host.example' }],
    ['10 kB', { 'egress-subnets': x10k }],
  ])('%s for an address is dropped', async (_, addresses) => {
    const status = await say('db', { database: 'h', ...addresses });
    expect(status).toMatch(/blocked.*is not an IP address or subnet/);
    expect(await privilegesGained(model)).toEqual([]);
    expect((await on('db').sql('SELECT 1')).exitCode).not.toBe(0);
  });

  test('it is served again when it behaves', async () => {
    const { address } = await model.machineOf(hostile);
    const status = await say('db', { database: 'h', 'egress-subnets': `${address}/32` });
    expect(status).toMatch(/^active: Live master/);
    expect(await on('db').sql('SELECT current_database()')).toEqual({ exitCode: 0, output: 'h' });
  });

  test('a request that changes each time it is answered', async () => {
    const machine = await model.machineOf(hostile);
    const hook = `#!/bin/bash
n=$(cat /etc/hostile/count 2>/dev/null || echo 0)
[ "$n" -ge 6 ] && exit 0
echo $((n + 1)) > /etc/hostile/count
relation-set database="h$n" extensions="$([ $((n % 2)) = 0 ] || echo no_such)"`;
    await machine.sh('mkdir -p /etc/hostile');
    await machine.write('/etc/hostile/db-relation-changed', hook, 0o755);
    await say('db', { database: 'begin' });
    await machine.sh('rm /etc/hostile/db-relation-changed');
    expect(Number(await machine.read('/etc/hostile/count'))).toBeGreaterThan(1);
    expect(await say('db', { database: 'h' })).toMatch(/^active: Live master/);
  });
});

describe('a client over db-admin', () => {
  beforeAll(() => relate('db-admin'));
  afterAll(() => on('db-admin').say({ database: 'h' }));

  test.each(literalNames.slice(0, 4))('%j is the name of a database', async (name) => {
    expect(await say('db-admin', { database: name })).toMatch(/^active: Live master/);
    expect(await on('db-admin').sql('SELECT current_database()')).toEqual({ exitCode: 0, output: name });
    expect(await privilegesGained(model, ['jujuadmin_hostile'])).toEqual([]);
  });

  test.each(refusals.filter((_, index) => index % 3 === 0))('%s is refused', async (_, bag, reason) => {
    const status = await say('db-admin', bag);
    expect(status).toMatch(/^blocked: Live master/);
    expect(status).toMatch(reason);
    expect(await privilegesGained(model, ['jujuadmin_hostile'])).toEqual([]);
  });
});

describe('a client over database', () => {
  beforeAll(() => relate('database'));

  test.each(literalNames.slice(0, 5))('%j is the name of a database and a role', async (name) => {
    const status = await say('database', { database: name, 'extra-group-roles': name });
    expect(status).toMatch(/^active: Live master/);
    expect(await on('database').sql('SELECT current_database()')).toEqual({ exitCode: 0, output: name });
    expect(await privilegesGained(model, ['jujuadmin_hostile'])).toEqual([]);
  });

  const asked = refusals
    .filter((_, index) => index % 2 === 0)
    .map(([what, { roles, ...bag }, reason]): (typeof refusals)[number] => [
      what,
      roles === undefined ? bag : { ...bag, 'extra-group-roles': roles },
      reason,
    ]);
  test.each([
    ...asked,
    ['an attribute that is none', { database: 'h', 'extra-user-roles': 'MAKEMEGOD' }, /MAKEMEGOD/],
    ['a list of secrets that is none', { database: 'h', 'requested-secrets': '{' }, /requested-secrets/],
    ['requests that are no JSON', { version: 'v1', requests: '[{' }, /not a JSON list/],
    ['requests without an id', { version: 'v1', requests: '[{"resource":"h"}]' }, /request-id/],
  ] as typeof refusals)('%s is refused', async (_, bag, reason) => {
    const status = await say('database', bag);
    expect(status).toMatch(/^blocked: Live master/);
    expect(status).toMatch(reason);
    expect(await privilegesGained(model, ['jujuadmin_hostile'])).toEqual([]);
  });
});
