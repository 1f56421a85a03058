import { afterAll, describe, expect, test } from 'vitest';
import type { Model, UnitMachine } from '../../testbed/api/index.ts';
import { waitCluster } from './support/cluster/members.ts';
import { clientSql, deployClient, deployServer, openStory, server } from './support/deployment.ts';
import { oneStory } from './support/one-story.ts';
import { serverSql } from './support/server-sql.ts';

// Each file stands alone: a bad line in one option, or in a file that is the operator's, holds up nothing that is not its own.
// Clients come and go meanwhile.

let model: Model;
let machine: UnitMachine;
let clientMachine: UnitMachine;
const relations: Record<string, number> = {};

oneStory();
afterAll(() => model?.destroy());

const badConf = "work_mem = 7MB\nport = 1\nno_such_thing = 2\nmaintenance_work_mem = 'lots'";
const badAuth = 'hots all all 10.0.0.0/8 md5\nhost all all 10.0.0.0/8 ldap';
const folder = '/etc/postgresql/15/main';

/** The server's status once everybody is idle; until then no hook has failed and every pass has come to its end. */
async function settledStatus(unit = server): Promise<string> {
  await model.waitSettled();
  const history = await model.history(unit);
  expect(history.filter(({ exitCode, error }) => exitCode !== 0 || error !== null)).toEqual([]);
  const unsettled = (await model.logs(unit)).filter(({ message }) =>
    /pass not settled: .* 0 steps/.test(message),
  );
  expect(unsettled).toEqual([]);
  const status = (await model.unit(unit))?.['workload-status'];
  return `${status?.current}: ${status?.message}`;
}

async function configure(config: Record<string, string | number>): Promise<string> {
  await model.setConfig('postgresql', config);
  return settledStatus();
}

async function look(): Promise<string> {
  await model.faults.repeat({ unit: server, hook: 'update-status' });
  return settledStatus();
}

/** Deploys a client beside the first one and relates it; it is active only when it can log in. */
async function newClient(application: string): Promise<void> {
  await deployClient(model, { application, to: [clientMachine.id] });
  relations[application] = await model.integrate('postgresql:db', `${application}:db`);
  await expectServed(application);
}

async function expectServed(application: string): Promise<void> {
  const unit = `${application}/0`;
  await model.waitFor(async () => (await model.unit(unit))?.['workload-status'].current === 'active', {
    describe: `${application} is served`,
    timeoutMs: 120_000,
  });
  expect(await clientSql(model, 'SELECT 1', unit)).toBe('1');
}

const toldMaster = async (application: string): Promise<string | undefined> =>
  (await model.bags(relations[application] ?? 0)).units[server]?.['master'];
const show = async (name: string): Promise<string> =>
  (await serverSql(model, server, `SHOW ${name}`))[0] ?? '';

describe('lines that cannot be taken', () => {
  test('are all named when they were there at deploy, and a client is served without them', async () => {
    model = await openStory('files');
    await deployServer(model, { config: { extra_pg_conf: badConf, extra_pg_auth: badAuth } });
    await deployClient(model, { application: 'first' });
    relations['first'] = await model.integrate('postgresql:db', 'first:db');
    await expectServed('first');
    machine = await model.machineOf(server);
    clientMachine = await model.machineOf('first/0');
    const status = await settledStatus();
    expect(status).toMatch(/^blocked: Live master/);
    for (const line of [2, 3, 4]) expect(status).toContain(`extra_pg_conf line ${line}:`);
    expect(status).toContain('extra_pg_auth line 1:');
    const logged = (await model.logs(server)).map(({ message }) => message).join('\n');
    expect(logged).toContain('extra_pg_auth line 2:');
    expect(await show('work_mem')).toBe('4MB');
  });

  test('leave the last good ones in force; rules for clients, sessions and the charm’s own settings go on', async () => {
    const { address } = clientMachine;
    const good = {
      extra_pg_conf: 'work_mem = 7MB\r\n',
      extra_pg_auth: `hostssl all all 10.255.0.0/16 md5\nhost all dba ${address}/32 scram-sha-256`,
    };
    expect(await configure(good)).toMatch(/^active: Live master/);
    await newClient('second');
    await serverSql(model, server, "CREATE ROLE dba SUPERUSER LOGIN PASSWORD 'open sesame'");
    const status = await configure({ extra_pg_conf: badConf, extra_pg_auth: badAuth, idle_reap_secs: 77 });
    expect(status).toMatch(/^blocked: Live master.*extra_pg_conf line 2:/);
    expect(await show('idle_in_transaction_session_timeout')).toBe('77s');
    expect(await show('work_mem')).toBe('7MB');

    const credentials = (await model.bags(relations['second'] ?? 0)).units[server] ?? {};
    const { host = '', user = '', password = '', database = '' } = credentials;
    const login = (who: string, secret: string, query: string): ReturnType<UnitMachine['exec']> =>
      clientMachine.exec(['psql', '-XAtq', '-h', host, '-U', who, '-d', database, '-c', query], {
        env: { PGPASSWORD: secret, PGCONNECT_TIMEOUT: '5' },
      });
    expect((await login(user, password, 'SELECT 1')).exitCode).toBe(0);
    const sleeping = login(user, password, 'SELECT pg_sleep(600)');
    await model.waitFor(
      async () =>
        (await serverSql(model, server, "SELECT 1 FROM pg_stat_activity WHERE query LIKE '%sleep(600)'"))[0],
    );
    await model.removeRelation(relations['second'] ?? 0);
    expect((await sleeping).stderr).toContain('terminating connection');
    await model.waitSettled();
    expect((await login(user, password, 'SELECT 1')).stderr).toContain('pg_hba.conf');
    expect((await login('dba', 'open sesame', 'SELECT 1')).exitCode).toBe(0);
    await newClient('third');
    expect(await settledStatus()).toMatch(/^blocked: Live master/);
  });

  test('do not keep a new unit from copying the data', async () => {
    await model.addUnit('postgresql');
    await model.waitFor(
      async () =>
        /Live secondary/.test((await model.unit('postgresql/1'))?.['workload-status'].message ?? ''),
      { timeoutMs: 240_000, describe: 'the new unit streams' },
    );
    await expectServed('third');
    await model.resetConfig('postgresql', ['extra_pg_conf', 'extra_pg_auth', 'idle_reap_secs']);
    await waitCluster(model, 1);
    expect(await show('work_mem')).toBe('4MB');
  });

  test('are not what a check that could not be made finds', async () => {
    const initdb = '/usr/lib/postgresql/15/bin/initdb';
    await machine.sh(`mv ${initdb} ${initdb}.away`);
    const status = await configure({
      extra_pg_conf: 'work_mem = 9MB',
      extra_pg_auth: 'host all dba 10.0.0.0/8 md5',
    });
    expect(status).toMatch(/^blocked: .*extra_pg_auth could not be checked/);
    expect(await show('work_mem')).toBe('9MB');
    await machine.sh(`mv ${initdb}.away ${initdb}`);
    await waitCluster(model, 1);
    expect(
      await serverSql(
        model,
        server,
        "SELECT auth_method FROM pg_hba_file_rules WHERE 'dba' = ANY (user_name)",
      ),
    ).toEqual(['md5']);
  });
});

describe('files of the charm', () => {
  test('from the future are loaded when they change, and else left alone', async () => {
    await machine.sh(`touch -d +3hours ${folder}/conf.d/50-charm.conf ${folder}/pg_hba.conf`);
    expect(await look()).toMatch(/^active: Live master/);
    await newClient('fourth');
    expect(await settledStatus()).toMatch(/^active: Live master/);
  });

  test('that are folders, or that the server may not read, are put right', async () => {
    await machine.sh(`rm ${folder}/conf.d/50-charm.conf && mkdir -p ${folder}/conf.d/50-charm.conf/inside`);
    await machine.sh(`chown root:root ${folder}/pg_hba.conf && chmod 600 ${folder}/pg_hba.conf`);
    await model.removeRelation(relations['third'] ?? 0);
    expect(await settledStatus()).toMatch(/^active: Live master/);
    await newClient('fifth');
    expect(await show('work_mem')).toBe('9MB');
  });
});

describe('files of the operator', () => {
  test.each([
    [
      'conf.d/99-mine.conf',
      `echo 'no_such_thing = 1' > ${folder}/conf.d/99-mine.conf`,
      `rm ${folder}/conf.d/99-mine.conf`,
    ],
    [
      'postgresql.conf',
      `echo 'no_such_thing = 1' >> ${folder}/postgresql.conf`,
      `sed -i /no_such_thing/d ${folder}/postgresql.conf`,
    ],
    [
      'postgresql.auto.conf',
      'echo "no_such_thing = 1" >> /var/lib/postgresql/15/main/postgresql.auto.conf',
      'sed -i /no_such_thing/d /var/lib/postgresql/15/main/postgresql.auto.conf',
    ],
  ])('a line in %s that PostgreSQL does not know takes nothing from anybody', async (file, add, remove) => {
    const master = await toldMaster('first');
    expect(master).toContain('host=');
    await machine.sh(add);
    const status = await look();
    expect(status).toMatch(/^blocked: Live master/);
    expect(status).toContain(`${file} line `);
    expect(status).toContain('no_such_thing');
    expect(await toldMaster('first')).toBe(master);
    await newClient(`during-${file.replaceAll(/\W|\d/g, '')}`);
    expect(await settledStatus()).toMatch(/^blocked: Live master/);
    await machine.sh(remove);
    expect(await look()).toMatch(/^active: Live master/);
  });

  test('a restart-only line that is taken out of the option is followed by a restart', async () => {
    const preloaded = "shared_preload_libraries = 'pg_stat_statements'";
    expect(await configure({ extra_pg_conf: preloaded })).toMatch(/^active: Live master/);
    expect(await show('shared_preload_libraries')).toBe('pg_stat_statements');
    const master = await toldMaster('first');
    expect(await configure({ extra_pg_conf: '' })).toMatch(/^active: Live master/);
    expect(await show('shared_preload_libraries')).toBe('');
    expect(await toldMaster('first')).toBe(master);
  });
});
