import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Model } from '../../testbed/api/index.ts';
import { deployServer, openStory, waitActive } from './support/deployment.ts';
import { familySql } from './support/families.ts';
import { serverSql } from './support/server-sql.ts';

// The server in one model and its clients in another: offered by the server, and offered by the client.

const charm = (name: string): string => fileURLToPath(new URL(`../clients/${name}`, import.meta.url));

let servers: Model;
let clients: Model;
let address: string;

beforeAll(async () => {
  [servers, clients] = await Promise.all([openStory('across-servers'), openStory('across-clients')]);
  await deployServer(servers);
  await clients.deploy(charm('pgclient-library'), {
    application: 'reader',
    config: { library: 'reactive', database: 'shop' },
  });
  await clients.deploy(charm('pgclient-classic'), {
    application: 'shop',
    to: ['0'],
    config: { database: 'shop' },
  });
  await waitActive(servers);
  address = (await servers.machineOf('postgresql/0')).address;
});
afterAll(async () => {
  await Promise.all([servers?.destroy(), clients?.destroy()]);
});

/** Waits until the client says, by the rules of its kind, that it is connected. */
const connected = (application: string, database = 'shop'): Promise<boolean> =>
  clients.waitFor(
    async () => {
      const message = (await clients.unit(`${application}/0`))?.['workload-status'].message;
      return message === `connected to ${address}/${database}`;
    },
    { describe: `${application} is connected to ${address}/${database}` },
  );
const users = (): Promise<string[]> =>
  serverSql(servers, 'postgresql/0', "SELECT rolname FROM pg_roles WHERE rolname ~ '^juju_' ORDER BY 1");
const rules = (): Promise<string[]> =>
  serverSql(
    servers,
    'postgresql/0',
    "SELECT address FROM pg_hba_file_rules WHERE database = '{shop}' ORDER BY line_number",
  );

describe('the server is offered', () => {
  let reader: number;

  test('a client that consumes it has an opaque name here, and connects', async () => {
    const { url } = await servers.client.call('offer', {
      application: 'postgresql',
      endpoints: ['db', 'database'],
    });
    await clients.client.call('consume', { url, alias: 'database' });
    reader = await clients.integrate('reader:db', 'database:db');
    await connected('reader');
    expect(await users()).toEqual([expect.stringMatching(/^juju_remote-[0-9a-f]{32}$/)]);
    await familySql(clients, 'reader', "CREATE TABLE wares (name text); INSERT INTO wares VALUES ('tea')");
    expect(await familySql(clients, 'reader', 'SELECT name FROM wares')).toBe('tea');
  });

  test('a range that it is seen from is let in as it is named', async () => {
    const nameRanges = (texts: readonly string[]) =>
      clients.exec('reader/0', `relation-set -r db:${reader} egress-subnets=${texts.join(',')}`);
    const told = async (): Promise<string[]> =>
      Object.values((await clients.bags(reader)).units).flatMap((bag) => bag['allowed-subnets'] ?? []);
    const [own = ''] = await rules();
    const named = ['198.51.100.0/24', '2001:db8::/48', `${own}/32`];
    await nameRanges(named);
    await clients.waitFor(async () => (await told()).join() === named.toSorted().join());
    expect((await rules()).toSorted()).toEqual(['198.51.100.0', '2001:db8::', own].toSorted());
    await connected('reader');
    expect(await familySql(clients, 'reader', 'SELECT name FROM wares')).toBe('tea');
    await nameRanges([`${own}/32`]);
    await servers.waitFor(async () => (await rules()).join() === own);
  });

  test('over database a client that wants its credentials in plain keys connects', async () => {
    await clients.deploy(charm('pgclient-library'), {
      application: 'ledger',
      to: ['0'],
      config: { library: 'di0', database: 'ledger' },
    });
    const id = await clients.integrate('ledger:database', 'database:database');
    const told = async () => (await clients.bags(id)).applications['database'] ?? {};
    // Secrets do not cross models here, so one that asks for them waits.
    await clients.waitFor(async () => (await told())['secret-user'] !== undefined);
    await clients.exec('ledger/0', `relation-set --app -r database:${id} requested-secrets=`);
    await connected('ledger', 'ledger');
    expect(await told()).toMatchObject({ endpoints: `${address}:5432`, database: 'ledger' });
    expect(await told()).not.toHaveProperty('secret-user');
  });
});

describe('the client is offered', () => {
  let relation: number;

  test('a server that consumes it knows it by a name that stays, and serves it the same database', async () => {
    const { url } = await clients.client.call('offer', { application: 'shop', endpoints: ['db'] });
    await servers.client.call('consume', { url, alias: 'shop' });
    relation = await servers.integrate('postgresql:db', 'shop:db');
    await connected('shop');
    expect(await users()).toContain('juju_shop');
    expect(await familySql(clients, 'shop', 'SELECT name FROM wares')).toBe('tea');
  });

  test('its access ends with the relation, the other client keeps its own', async () => {
    expect(await rules()).toHaveLength(2);
    await servers.removeRelation(relation);
    await servers.waitFor(async () => (await rules()).length === 1);
    expect(await familySql(clients, 'reader', 'SELECT name FROM wares')).toBe('tea');
    expect(await users()).toContain('juju_shop');
  });
});
