import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Model } from '../../testbed/api/index.ts';
import { eventually } from './support/cluster/eventually.ts';
import { waitCluster } from './support/cluster/members.ts';
import { look } from './support/cluster/operator.ts';
import { expectKept, type Published, publishedBy } from './support/cluster/published.ts';
import { client, clientSql, deployClient, deployServer, openStory, server } from './support/deployment.ts';
import { deployHostile, type HostileClient, hostile, hostileClient } from './support/hostile-client.ts';
import { oneStory } from './support/one-story.ts';
import { serverSql } from './support/server-sql.ts';

// A primary that leads and a standby, both well, whose charm cannot look at them: nothing is taken from anybody for that.

const standby = 'postgresql/1';
const configuration = '/etc/postgresql/15/main';
const data = '/var/lib/postgresql/15/main';

let model: Model;
let admin: HostileClient;
let before: Published;

oneStory();
beforeAll(async () => {
  model = await openStory('unknown-server');
  await deployServer(model, { config: { extra_pg_conf: 'max_connections = 10' } });
  await deployClient(model);
  await model.integrate('postgresql:db', 'client:db');
  await waitCluster(model, 0);
  await model.addUnit('postgresql');
  await deployHostile(model, '1');
  admin = hostileClient(model, 'db-admin', await model.integrate('postgresql:db-admin', 'hostile:db-admin'));
  await waitCluster(model, 1, { primary: server });
  await clientSql(model, 'CREATE TABLE greeting AS SELECT 1 AS number');
  before = await publishedBy(model);
});
afterAll(() => model?.destroy());

/** A shell command on the machine of `unit`. */
const on = async (unit: string, command: string): Promise<string> =>
  (await model.machineOf(unit)).sh(command);

/** Breaks something on the primary while the charm looks at it: `fault` and `remedy` are shell commands there. Returns the unit's status. */
async function statusUnder(fault: string, remedy: string): Promise<string> {
  await on(server, fault);
  try {
    return (await expectKept(model, [server], before))[0] ?? '';
  } finally {
    await on(server, remedy);
  }
}

/** With the fault gone all is shown as before, and the client goes on. */
async function expectWell(): Promise<void> {
  for (const unit of [server, standby]) await look(model, unit);
  await waitCluster(model, 1, { primary: server });
  expect(await publishedBy(model)).toEqual(before);
  expect(await clientSql(model, 'SELECT number FROM greeting')).toBe('1');
}

/** Takes every connection that the server at `unit` has left, as a pool of a client over db-admin does. */
async function takeAllConnections(unit: string): Promise<void> {
  const machine = await model.machineOf(hostile);
  const told = await admin.told();
  const { address } = await model.machineOf(unit);
  const where = `host=${address} dbname=${told['database']} user=${told['user']} password=${told['password']}`;
  const pool = `sleep 600 | psql -XAtq '${where}'`;
  await machine.write('/root/pool.sh', `while sleep 0.2; do ${pool}; done`);
  await machine.sh('for i in $(seq 12); do setsid nohup sh /root/pool.sh > /dev/null 2>&1 & done');
  await eventually(`all connections of ${unit} are in use`, async () => {
    const { stderr } = await machine.exec(['psql', '-XAtq', where, '-c', 'SELECT 1']);
    return stderr.includes('too many clients') ? true : null;
  });
}

async function giveConnectionsBack(): Promise<void> {
  await (await model.machineOf(hostile)).exec('pkill -f /root/pool.s[h]; pkill psql; pkill -x sleep');
  for (const unit of [server, standby]) {
    await eventually(`${unit} takes sessions`, () => serverSql(model, unit, 'SELECT 1').catch(() => null));
  }
}

describe('a server that lives and cannot be asked', () => {
  test('all connections are in use', async () => {
    try {
      await takeAllConnections(server);
      await takeAllConnections(standby);
      const [primary, other] = await expectKept(model, [server, standby], before);
      expect(primary).toMatch(/Live master \(15\.\d+\).* 10 of 10 connections/);
      expect(other).toMatch(/Live secondary \(15\.\d+\).* 10 of 10 connections/);
    } finally {
      await giveConnectionsBack();
    }
    await expectWell();
  });

  test('it does not answer: its postmaster stands still', async () => {
    const postmaster = "-f 'bin/[p]ostgres -D'";
    const shown = await statusUnder(`pkill -STOP ${postmaster}`, `pkill -CONT ${postmaster}`);
    expect(shown).toMatch(/Live master \(15\.\d+\).*does not answer/);
    await expectWell();
  });

  test('the administrator may not log in, by a pg_hba.conf edited by hand: it is put right', async () => {
    const hba = `${configuration}/pg_hba.conf`;
    const reload = "pkill -HUP -f 'bin/[p]ostgres -D'; sleep 1";
    const shown = await statusUnder(
      `cp -p ${hba} /root/; sed -i '/^local/d' ${hba}; ${reload}`,
      `cmp -s /root/pg_hba.conf ${hba} || { cp -p /root/pg_hba.conf ${hba}; ${reload}; }`,
    );
    expect(shown).toMatch(/^active: Live master/);
    await expectWell();
  });

  test('the administrator may not log in: its role is locked', async () => {
    await admin.sql('ALTER ROLE postgres NOLOGIN');
    try {
      const [primary] = await expectKept(model, [server], before);
      expect(primary).toMatch(/Live master \(15\.\d+\).*"postgres" is not permitted to log in/);
    } finally {
      await admin.sql('ALTER ROLE postgres LOGIN');
    }
    await expectWell();
  });

  test('its socket is gone', async () => {
    const shown = await statusUnder(
      'mv /run/postgresql /run/away',
      'rm -rf /run/postgresql; mv /run/away /run/postgresql',
    );
    expect(shown).toMatch(/Live master \(15\.\d+\).*socket.*systemctl restart postgresql@15-main/);
    await expectWell();
  });

  test('roles cannot be read: somebody locks their comments', async () => {
    const held = admin.sql('BEGIN; LOCK TABLE pg_catalog.pg_shdescription; SELECT pg_sleep(60)');
    try {
      await eventually('the lock is held', async () => {
        const locked = "relation = 'pg_shdescription'::regclass AND granted";
        const [locks] = await serverSql(model, server, `SELECT count(*) FROM pg_locks WHERE ${locked}`);
        return locks === '1' ? true : null;
      });
      const [primary] = await expectKept(model, [server], before);
      expect(primary).toMatch(/Live master \(15\.\d+\).*roles and databases/);
    } finally {
      const holder = "query LIKE '%LOCK TABLE%' AND pid <> pg_backend_pid()";
      await serverSql(
        model,
        server,
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${holder}`,
      );
      await held;
    }
    await expectWell();
  });
});

describe('files that cannot be read', () => {
  test('the programs of PostgreSQL are gone for a moment', async () => {
    const programs = '/usr/lib/postgresql/15';
    const shown = await statusUnder(
      `mv ${programs}/bin ${programs}/away`,
      `rm -rf ${programs}/bin; mv ${programs}/away ${programs}/bin`,
    );
    expect(shown).toMatch(/Live master \(15\.\d+\).*\/usr\/lib\/postgresql\/15\/bin/);
    await expectWell();
  });

  test('pg_control is empty while the server runs', async () => {
    const checkpoint = "su postgres -c 'psql -XAtqc CHECKPOINT'";
    const shown = await statusUnder(`truncate -s0 ${data}/global/pg_control`, checkpoint);
    expect(shown).toMatch(/Live master \(15\.\d+\).*pg_control.*CHECKPOINT/);
    await expectWell();
  });

  test('a folder stands where the charm keeps a file', async () => {
    const path = `${configuration}/conf.d/50-charm.conf`;
    const shown = await statusUnder(
      `mv ${path} /root/ && mkdir ${path}`,
      `rm -rf ${path}; mv /root/50-charm.conf ${path}`,
    );
    expect(shown).toMatch(/^active: Live master/);
    await expectWell();
  });

  const notes = ['memory.json', 'fence.json', 'job.json', 'options.json', 'loaded.json'];
  const inState = (name: string): string => `/var/lib/postgresql-charm/${name}`;

  test.each([
    ['damaged', "echo '{' >"],
    ['a folder', 'rm -f $1; mkdir -p $1/inside #'],
  ])('files of the charm’s own are %s: one by one, then all at once', async (_, spoil) => {
    const put = (name: string): Promise<string> =>
      on(server, `set -- ${inState(name)}; ${spoil} ${inState(name)}`);
    for (const names of [['cluster.json'], ...notes.map((name) => [name]), notes]) {
      for (const name of names) await put(name);
      expect((await expectKept(model, [server], before))[0], String(names)).toMatch(/Live master/);
    }
    await on(server, `rm -rf ${inState('job.json')}`);
    await expectWell();
    for (const name of ['cluster.json', 'memory.json', 'fence.json', 'options.json', 'loaded.json']) {
      expect(JSON.parse(await on(server, `cat ${inState(name)}`)), name).toBeTypeOf('object');
    }
  });

  test('neither the note of where the cluster is nor the memory of it: nothing is touched', async () => {
    const path = inState('cluster.json');
    const shown = await statusUnder(
      `cp -p ${path} /root/; echo '{' | tee ${path} ${inState('memory.json')}`,
      `mv /root/cluster.json ${path}`,
    );
    expect(shown).toMatch(/Live master .*cluster\.json is damaged; put back a copy of it/);
    await expectWell();
  });
});

test('the charm’s own templates are damaged', async () => {
  const [folder = ''] = (await on(server, 'ls -d /var/lib/juju/agents/unit-postgresql-*/charm')).split('\n');
  const templates = `${folder}/dist/templates.js`;
  const shown = await statusUnder(
    `cp -p ${templates} /root/; echo 'module.exports = {' > ${templates}`,
    `mv /root/templates.js ${templates}`,
  );
  expect(shown).toMatch(/^blocked: The charm's own files.*templates\.js is damaged.*juju refresh postgresql/);
  await expectWell();
});

describe('Juju does not answer', () => {
  test('each of its commands fails once', async () => {
    const commands = [
      'config-get',
      'relation-ids',
      'relation-list',
      'relation-get',
      'network-get',
      'is-leader',
    ];
    // No watch can be started either: the next event looks again.
    await on(server, 'chmod -x /usr/bin/systemd-run');
    for (const command of [...commands, 'goal-state']) {
      await model.faults.failCommand(server, command, 'ERROR connection is shut down');
      await look(model, server);
      await model.faults.clear(server);
    }
    await on(server, 'chmod +x /usr/bin/systemd-run');
    await expectKept(model, [server], before);
    await expectWell();
  });

  test('the secret cannot be read, and what was known of it is forgotten', async () => {
    await on(server, 'rm /var/lib/postgresql-charm/memory.json');
    await model.faults.failCommand(server, 'secret-get', 'ERROR permission denied', 3);
    try {
      await expectKept(model, [server], before);
    } finally {
      await model.faults.clear(server);
    }
    await expectWell();
  });
});

describe('the end', () => {
  test('pg_control is gone while the server runs', async () => {
    const control = `${data}/global/pg_control`;
    const shown = await statusUnder(`mv ${control} /root/`, `mv /root/pg_control ${control}`);
    expect(shown).toMatch(/Live master \(15\.\d+\).*pg_control/);
    await expectWell();
  });
});

test('no hook has failed in all that', async () => {
  const hooks = (await Promise.all([server, standby, client].map((unit) => model.history(unit)))).flat();
  expect(hooks.filter(({ exitCode, error }) => exitCode !== 0 || error !== null)).toEqual([]);
});
