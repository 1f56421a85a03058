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
const connected = (application: string): Promise<boolean> =>
  clients.waitFor(
    async () => {
      const message = (await clients.unit(`${application}/0`))?.['workload-status'].message;
      return message === `connected to ${address}/shop`;
    },
    { describe: `${application} is connected to ${address}/shop` },
  );
const users = (): Promise<string[]> =>
  serverSql(servers, 'postgresql/0', "SELECT rolname FROM pg_roles WHERE rolname ~ '^juju_' ORDER BY 1");
const rules = (): Promise<string[]> =>
  serverSql(servers, 'postgresql/0', "SELECT address FROM pg_hba_file_rules WHERE database = '{shop}'");

describe('the server is offered', () => {
  test('a client that consumes it has an opaque name here, and connects', async () => {
    const { url } = await servers.client.call('offer', { application: 'postgresql', endpoints: ['db'] });
    await clients.client.call('consume', { url, alias: 'database' });
    await clients.integrate('reader:db', 'database:db');
    await connected('reader');
    expect(await users()).toEqual([expect.stringMatching(/^juju_remote-[0-9a-f]{32}$/)]);
    await familySql(clients, 'reader', "CREATE TABLE wares (name text); INSERT INTO wares VALUES ('tea')");
    expect(await familySql(clients, 'reader', 'SELECT name FROM wares')).toBe('tea');
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
