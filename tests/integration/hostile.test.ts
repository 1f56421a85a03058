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
import {
  contradictions,
  goodAndBad,
  literalNames,
  type Refusal,
  refusals,
  served,
  x10k,
} from './support/hostile-requests.ts';
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

/** Has the client say something else each time it is told something, six times. `$n` counts them. */
async function answerBack(endpoint: HostileEndpoint, wish: string): Promise<void> {
  const machine = await model.machineOf(hostile);
  const hook = `#!/bin/bash
n=$(cat /etc/hostile/count 2>/dev/null || echo 0)
[ "$n" -ge 6 ] && exit 0
echo $((n + 1)) > /etc/hostile/count
relation-set ${wish}`;
  await machine.sh('mkdir -p /etc/hostile');
  await machine.write(`/etc/hostile/${endpoint}-relation-changed`, hook, 0o755);
}

/** Number of times it has answered back; it stops to. */
async function answersGiven(): Promise<number> {
  const machine = await model.machineOf(hostile);
  return Number(await machine.sh('cat /etc/hostile/count; rm /etc/hostile/*'));
}

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

  const reserved = ['postgres', 'template0', 'template1'].map(
    (database): Refusal => [`database ${database}`, { database }, /server's own|is reserved/],
  );
  test.each([...refusals, ...reserved])('%s is refused and takes nothing away', async (_, bag, reason) => {
    const before = await on('db').told();
    const status = await say('db', bag);
    expect(status).toMatch(/^blocked: Live master/);
    expect(status).toMatch(reason);
    expect(status).toContain('hostile');
    expect(await privilegesGained(model)).toEqual([]);
    expect(await on('db').told()).toEqual(before);
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
    await answerBack('db', `database="h$n" extensions="$([ $((n % 2)) = 0 ] || echo no_such)"`);
    await say('db', { database: 'begin' });
    expect(await answersGiven()).toBeGreaterThan(1);
    expect(await say('db', { database: 'h' })).toMatch(/^active: Live master/);
  });
});

describe('two units of one application that ask for different things over db', () => {
  const second = 'hostile/1';
  const ask = async (bag: Record<string, string>): Promise<void> => {
    const words = Object.entries(bag).map(([key, text]) => `${key}='${text}'`);
    await model.exec(second, `relation-set -r ${on('db').id} ${words.join(' ')}`);
    await model.waitSettled();
  };

  test('the first in order is followed, and neither stops the other client', async () => {
    await model.addUnit('hostile');
    await model.waitSettled();
    await ask({ database: 'other', roles: 'postgres', extensions: 'no_such' });
    expect(await say('db', { database: 'h' })).toMatch(/^active: Live master/);
    expect(await on('db').told()).toMatchObject({ database: 'h', 'allowed-units': 'hostile/0 hostile/1' });
  });

  test('when it says nothing the other is heard', async () => {
    await ask({ database: 'other', roles: '', extensions: '' });
    expect(await say('db', {})).toMatch(/^active: Live master/);
    expect(await on('db').told()).toMatchObject({ database: 'other' });
    await model.removeUnit(second);
    await model.waitGone(second);
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

  const asked = refusals
    .filter((_, index) => index % 2 === 0)
    .map(
      ([what, { roles, ...bag }, reason]): Refusal => [
        what,
        roles === undefined ? bag : { ...bag, 'extra-group-roles': roles },
        reason,
      ],
    );
  test('a first request that is refused gets no credentials', async () => {
    expect(await say('database', { database: 'postgres' })).toMatch(/^blocked: Live master/);
    expect(Object.keys(await on('database').told())).toEqual(['status']);
  });

  test.each(literalNames.slice(0, 5))('%j is the name of a database and a role', async (name) => {
    const status = await say('database', { database: name, 'extra-group-roles': name });
    expect(status).toMatch(/^active: Live master/);
    expect(await on('database').sql('SELECT current_database()')).toEqual({ exitCode: 0, output: name });
    expect(await privilegesGained(model, ['jujuadmin_hostile'])).toEqual([]);
  });

  const answer = async (): Promise<Record<string, string>> =>
    Object.fromEntries(Object.entries(await on('database').told()).filter(([key]) => key !== 'status'));

  test.each([...asked, ...contradictions])('%s is refused and takes nothing away', async (_, bag, reason) => {
    const before = await answer();
    const status = await say('database', bag);
    expect(status).toMatch(/^blocked: Live master/);
    expect(status).toMatch(reason);
    // The interface has a field for it.
    const told = JSON.parse((await on('database').told())['status'] ?? '[]') as { message: string }[];
    expect(told.map(({ message }) => message).join()).toMatch(reason);
    // An answer in the first format is of no use to a client that speaks the second.
    if (bag['version'] === 'v1') expect(await answer()).not.toHaveProperty('password');
    else expect(await answer()).toEqual(before);
    expect(await privilegesGained(model, ['jujuadmin_hostile'])).toEqual([]);
  });

  test('of a good request and a bad one the good one is served', async () => {
    expect(await say('database', goodAndBad)).toMatch(/^blocked: Live master.*server's own/);
    const responses = JSON.parse((await on('database').told())['requests'] ?? '[]') as Record<
      string,
      unknown
    >[];
    expect(responses).toEqual([
      expect.objectContaining({ resource: 'h', 'secret-user': expect.any(String) }),
      { 'request-id': expect.any(String), resource: 'postgres', salt: 's', status: [expect.any(Object)] },
    ]);
  });

  test.each(served)('%s is served', async (_, bag, told) => {
    expect(await say('database', bag)).toMatch(/^active: Live master/);
    expect(await on('database').told()).toMatchObject(told);
    expect(await privilegesGained(model, ['jujuadmin_hostile'])).toEqual([]);
  });

  test('a request that changes each time it is answered', async () => {
    await answerBack(
      'database',
      `--app database="d$n" requested-secrets="$([ $((n % 2)) = 0 ] || echo '[')"`,
    );
    await say('database', { database: 'begin' });
    expect(await answersGiven()).toBeGreaterThan(1);
    expect(await say('database', { database: 'h' })).toMatch(/^active: Live master/);
  });
});
