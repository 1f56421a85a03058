import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Model, UnitMachine } from '../../testbed/api/index.ts';
import {
  client,
  clientSql,
  deployClient,
  deployServer,
  openStory,
  server,
  waitActive,
} from './support/deployment.ts';
import { documentedCommand, runJuju } from './support/documented-commands.ts';
import { serverSql } from './support/server-sql.ts';

// One server: who may come in from where, what stays of a client that goes, and where the log goes.

const collectorCharm = fileURLToPath(new URL('../clients/log-collector', import.meta.url));
const clientCharm = fileURLToPath(new URL('../clients/pgclient-classic', import.meta.url));

let model: Model;
let relation: number;
let machine: UnitMachine;

beforeAll(async () => {
  model = await openStory('access', { base: 'trixie' });
  await deployServer(model);
  await deployClient(model, { units: 2, config: { database: 'webapp' } });
  relation = await model.integrate('postgresql:db', 'client:db');
  await waitActive(model);
  machine = await model.machineOf(client);
  await serverSql(model, server, "CREATE ROLE dba SUPERUSER LOGIN PASSWORD 'open sesame'");
});
afterAll(() => model?.destroy());

/** True when an operator's role gets in from the client's machine. */
async function operatorGetsIn(): Promise<boolean> {
  const { address } = await model.machineOf(server);
  const env = { PGPASSWORD: 'open sesame', PGCONNECT_TIMEOUT: '5' };
  const ran = await machine.exec(
    ['psql', '-XAtq', '-h', address, '-U', 'dba', '-d', 'webapp', '-c', 'SELECT 1'],
    { env },
  );
  return ran.exitCode === 0;
}

async function configure(option: string, value: string): Promise<void> {
  await model.setConfig('postgresql', { [option]: value });
  await model.waitSettled();
}

const refusal = async (sql: string, unit = 'client/0'): Promise<string> =>
  clientSql(model, sql, unit).then(
    () => 'done',
    (error: unknown) => String(error),
  );
const clientRules = (): Promise<string[]> =>
  serverSql(
    model,
    server,
    "SELECT address FROM pg_hba_file_rules WHERE 'juju_client' = ANY (user_name) ORDER BY 1",
  );

const sleepers = "FROM pg_stat_activity WHERE usename = 'juju_client' AND query LIKE '%pg_sleep(600)%'";
/** A session of the unit that stays open; resolves with what ended it. */
const sleeper = (unit: string): Promise<string> => refusal('SELECT pg_sleep(600)', unit);
const waitSleepers = (count: number): Promise<boolean> =>
  model.waitFor(async () => (await serverSql(model, server, `SELECT pid ${sleepers}`)).length === count);

describe('options about access', () => {
  test('admin_addresses lets an operator in, and out again', async () => {
    expect(await operatorGetsIn()).toBe(false);
    await configure('admin_addresses', machine.address);
    expect(await operatorGetsIn()).toBe(true);
    await configure('admin_addresses', '');
    expect(await operatorGetsIn()).toBe(false);
  });

  test('extra_pg_auth does too; with a bad line the rules stay as they were', async () => {
    const good = `host webapp dba ${machine.address}/32 scram-sha-256`;
    await configure('extra_pg_auth', good);
    expect(await operatorGetsIn()).toBe(true);
    await configure('extra_pg_auth', `# all of us\nhost webapp dba nowhere at all`);
    const status = (await model.unit(server))?.['workload-status'];
    expect(`${status?.current}: ${status?.message}`).toMatch(/^blocked: .*extra_pg_auth.*line 2/);
    expect(await operatorGetsIn()).toBe(true);
    expect(await clientSql(model, 'SELECT 1')).toBe('1');
    await configure('extra_pg_auth', '');
    expect(await operatorGetsIn()).toBe(false);
    await waitActive(model);
  });

  test('relation_database_privileges are taken and given back', async () => {
    await configure('relation_database_privileges', 'CONNECT');
    expect(await refusal('CREATE TABLE wares (name text)')).toContain('permission denied');
    expect(await refusal('CREATE TEMPORARY TABLE draft (name text)')).toContain('permission denied');
    await configure('relation_database_privileges', 'ALL');
    expect(await refusal("CREATE TABLE wares (name text); INSERT INTO wares VALUES ('tea')")).toBe('done');
  });
});

describe('clients that go', () => {
  test('a unit that leaves loses its line and its sessions, the other keeps its own', async () => {
    expect(await clientRules()).toHaveLength(2);
    const [staying, leaving] = [sleeper('client/0'), sleeper('client/1')];
    await waitSleepers(2);
    await model.removeUnit('client/1');
    expect(await leaving).toContain('terminating connection');
    await waitSleepers(1);
    await serverSql(model, server, `SELECT pg_cancel_backend(pid) ${sleepers}`);
    expect(await staying).toContain('canceling statement');
    await model.waitGone('client/1');
    await model.waitSettled();
    expect(await clientRules()).toEqual([machine.address]);
    expect(await clientSql(model, 'SELECT name FROM wares')).toBe('tea');
  });

  test('a relation that is removed closes the door; made again it finds its data and can write', async () => {
    const open = sleeper('client/0');
    await waitSleepers(1);
    await model.removeRelation(relation);
    expect(await open).toContain('terminating connection');
    await model.waitSettled();
    expect(await clientRules()).toEqual([]);
    expect(await serverSql(model, server, 'SELECT name FROM wares', 'webapp')).toEqual(['tea']);
    const farewell = `db:${relation} (client): the relation is gone, its access closed and its sessions ended; its database and its user stay`;
    expect((await model.logs(server)).some(({ message }) => message.endsWith(farewell))).toBe(true);
    relation = await model.integrate('postgresql:db', 'client:db');
    await waitActive(model);
    expect(await refusal("INSERT INTO wares VALUES ('rice'); ALTER TABLE wares ADD stock int")).toBe('done');
  });

  test('an application made anew under the same name finds its data and can write', async () => {
    await model.removeApplication('client');
    await model.waitFor(({ applications }) => applications['client'] === undefined);
    await deployClient(model, { config: { database: 'webapp' } });
    await model.integrate('postgresql:db', 'client:db');
    await waitActive(model);
    const [unit = ''] = Object.keys((await model.status()).applications['client']?.units ?? {});
    await clientSql(model, "INSERT INTO wares VALUES ('salt', 3); ALTER TABLE wares ADD price int", unit);
    expect(await clientSql(model, 'SELECT count(*) FROM wares', unit)).toBe('3');
  });

  test('one under another name does too, after the one documented command', async () => {
    const [before = ''] = Object.keys((await model.status()).applications['client']?.units ?? {});
    const { id } = await model.machineOf(before);
    await model.deploy(clientCharm, { application: 'heir', to: [id] });
    await model.removeApplication('client');
    relation = await model.integrate('postgresql:db', 'heir:db');
    await waitActive(model);
    expect(await clientSql(model, 'SELECT current_database()', 'heir/0')).toBe('heir');
    await runJuju(model, documentedCommand('clients', 'heir'));
    await waitActive(model);
    await clientSql(model, "INSERT INTO wares VALUES ('oil', 1, 9); ALTER TABLE wares DROP stock", 'heir/0');
    expect(await clientSql(model, 'SELECT count(*) FROM wares', 'heir/0')).toBe('4');
    machine = await model.machineOf('heir/0');
  });
});

describe('clients with more power', () => {
  const senders = 'SELECT count(*) FROM pg_stat_replication';

  /** Runs a program on the client's machine with what was published over the endpoint. */
  async function asClient(id: number, command: string, database = ''): Promise<string> {
    const { host = '', port = '', user = '', password = '' } = (await model.bags(id)).units[server] ?? {};
    const login = { PGHOST: host, PGPORT: port, PGUSER: user, PGPASSWORD: password };
    const env = { ...login, PGCONNECT_TIMEOUT: '5', ...(database === '' ? {} : { PGDATABASE: database }) };
    const { exitCode, stdout, stderr } = await machine.exec(['sh', '-c', command], { env });
    return exitCode === 0 ? stdout.trim() : `${exitCode} ${stderr}`;
  }

  async function related(application: string, endpoint: string): Promise<number> {
    await model.deploy(clientCharm, { application, to: [machine.id] });
    const id = await model.integrate(`postgresql:${endpoint}`, `${application}:${endpoint}`);
    await waitActive(model);
    return id;
  }

  test('an administering one reaches every database, also as roles that it makes', async () => {
    const id = await related('admin', 'db-admin');
    expect(await asClient(id, 'psql -XAtqc "SHOW is_superuser"', 'postgres')).toBe('on');
    expect(await asClient(id, 'psql -XAtqc "SELECT count(*) FROM wares"', 'webapp')).toBe('4');
    const making = `psql -Xq -c "CREATE ROLE tenant LOGIN PASSWORD 'in'" -c 'CREATE DATABASE flat OWNER tenant'`;
    expect(await asClient(id, making, 'postgres')).toBe('');
    const asTenant = 'PGUSER=tenant PGPASSWORD=in psql -XAtqc "SELECT current_user"';
    expect(await asClient(id, asTenant, 'flat')).toBe('tenant');
    await model.removeApplication('admin');
    await model.waitFor(({ applications }) => applications['admin'] === undefined);
    await model.waitSettled();
    expect(await asClient(relation, asTenant, 'flat')).toMatch(/^2 .*pg_hba.conf/s);
  });

  test('one over master copies the cluster and streams from it', async () => {
    const id = await related('streamer', 'master');
    const copy = 'pg_basebackup -D /tmp/copy -X stream -c fast && cat /tmp/copy/PG_VERSION; rm -rf /tmp/copy';
    expect(await asClient(id, copy)).toBe('17');
    const receiving = asClient(id, 'mkdir /tmp/wal && pg_receivewal --no-loop -D /tmp/wal');
    await model.waitFor(async () => (await serverSql(model, server, senders))[0] === '1');
    // An empty segment is not switched.
    await serverSql(model, server, "SELECT pg_logical_emit_message(true, 'story', 'a line of it')");
    await serverSql(model, server, 'SELECT pg_switch_wal()');
    const received = () => machine.sh('ls /tmp/wal');
    await model.waitFor(async () => /^[0-9A-F]{24}$/m.test(await received()));
    await model.removeApplication('streamer');
    await model.waitFor(({ applications }) => applications['streamer'] === undefined);
    // The access that is closed ends it.
    expect(await receiving).toContain('replication stream was terminated');
  });
});

describe('the log', () => {
  const files = async (): Promise<string> =>
    (await model.machineOf(server)).sh('ls /etc/rsyslog.d 2>/dev/null | grep juju || true');
  const destination = async (): Promise<string[]> => serverSql(model, server, 'SHOW log_destination');

  test('goes to a related collector', async () => {
    await model.deploy(collectorCharm, { application: 'collector', to: [machine.id] });
    await model.integrate('postgresql:syslog', 'collector:syslog');
    await waitActive(model);
    expect((await files()).trim()).toBe('juju-postgresql_0-collector_0.conf');
    expect(await destination()).toEqual(['stderr,syslog']);
    await serverSql(model, server, "DO $$ BEGIN RAISE LOG 'a parrot sat on the mast'; END $$");
    const collected = () => machine.sh('cat /var/log/collected 2>/dev/null || true');
    const line = await model.waitFor(async () =>
      (await collected()).split('\n').find((text) => text.includes('a parrot sat on the mast')),
    );
    expect(line).toContain('postgresql_0[');
  });

  test('and no more when the collector goes', async () => {
    await model.removeApplication('collector');
    await model.waitFor(({ applications }) => applications['collector'] === undefined);
    await model.waitSettled();
    expect((await files()).trim()).toBe('');
    expect(await destination()).toEqual(['stderr']);
  });
});

test('who wants to be rid of the data too has a command for it', async () => {
  await model.removeRelation(relation);
  await model.waitSettled();
  await runJuju(model, documentedCommand('clients', 'dropdb'));
  expect(await serverSql(model, server, "SELECT 1 FROM pg_database WHERE datname = 'webapp'")).toEqual([]);
});
