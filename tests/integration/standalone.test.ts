import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Model } from '../../testbed/api/index.ts';
import {
  client,
  clientSql,
  deployClient,
  deployServer,
  openStory,
  server,
  waitActive,
} from './support/deployment.ts';
import { managedInodes } from './support/machine-picture.ts';
import { serverSql } from './support/server-sql.ts';

// One unit on its own: deployed, used by a client, left in peace, rebooted, killed, left alone by its client.

const versions = { bookworm: '15', trixie: '17' } as const;

describe.each(['bookworm', 'trixie'] as const)('on %s', (base) => {
  let model: Model;
  let relation = 0;

  beforeAll(async () => {
    model = await openStory(`alone-${base}`, { base });
  });
  afterAll(() => model?.destroy());

  const statusOf = async (unit: string): Promise<string> => {
    const status = (await model.unit(unit))?.['workload-status'];
    return `${status?.current}: ${status?.message}`;
  };
  const plan = async () => {
    const { stdout } = await model.exec(server, 'dist/charm plan');
    return JSON.parse(stdout) as { lanes: unknown[]; rules: number[] };
  };

  test('deploys', async () => {
    await deployServer(model);
    await waitActive(model);
    expect(await statusOf(server)).toMatch(
      new RegExp(`^active: Live master \\(${versions[base]}\\.\\d+\\)$`),
    );
    const application = (await model.status()).applications['postgresql'];
    expect(application?.version).toMatch(new RegExp(`^${versions[base]}\\.`));
    expect((await model.unit(server))?.['open-ports']).toEqual(['5432/tcp']);
    expect(await serverSql(model, server, 'SHOW data_checksums')).toEqual(['on']);
  });

  test('serves a client over db', async () => {
    await deployClient(model);
    relation = await model.integrate('postgresql:db', 'client:db');
    await waitActive(model);
    await clientSql(model, 'CREATE TABLE greeting (words text)');
    await clientSql(model, "INSERT INTO greeting VALUES ('hello')");
    expect(await clientSql(model, 'SELECT words FROM greeting')).toBe('hello');
    const bag = (await model.bags(relation)).units[server] ?? {};
    expect(bag).toMatchObject({ state: 'standalone', 'allowed-units': client, port: '5432' });
    expect(bag['master']).toContain(`host=${bag['host']}`);
  });

  test('has nothing to do once it is settled, and a repeated hook changes nothing', async () => {
    expect((await plan()).lanes).toEqual([]);
    const before = await managedInodes(model, server);
    const bags = await model.relations();
    const loaded = await serverSql(model, server, 'SELECT pg_conf_load_time(), pg_postmaster_start_time()');
    await model.faults.repeat({ unit: server, hook: 'update-status' });
    await model.waitSettled();
    expect(await managedInodes(model, server)).toEqual(before);
    expect(await model.relations()).toEqual(bags);
    expect(await serverSql(model, server, 'SELECT pg_conf_load_time(), pg_postmaster_start_time()')).toEqual(
      loaded,
    );
  });

  test('asks Juju little: fewer than twelve hook commands with one client', async () => {
    const hook = (await model.history(server)).findLast((record) => record.hook === 'update-status');
    const count = Object.values(hook?.commands ?? {}).reduce((sum, times) => sum + times, 0);
    expect(count).toBeGreaterThan(3);
    expect(count).toBeLessThan(12);
  });

  test('shows its facts without a password', async () => {
    const { stdout } = await model.exec(server, 'dist/charm observe');
    const password = (await model.bags(relation)).units[server]?.['password'] ?? 'none';
    expect(JSON.parse(stdout)).toMatchObject({ event: { unit: server }, juju: { leader: true } });
    expect(stdout).not.toContain(password);
  });

  test('plans from a saved observation what it plans on the unit', async () => {
    const saved = await model.exec(
      server,
      'dist/charm observe > /tmp/seen.json; dist/charm plan --from /tmp/seen.json',
    );
    expect((JSON.parse(saved.stdout) as { lanes: unknown[] }).lanes).toEqual([]);
  });

  test('shows no secret of its operator, and plans the same from what it shows', async () => {
    const secrets = ['Qx7bindpasswdQx', 'Qx7swiftQx', 'Qx7storageQx'];
    await model.setConfig('postgresql', {
      extra_pg_auth: `host all all 10.9.0.0/16 ldap ldapserver=l ldapbasedn="dc=x" ldapbinddn="cn=y" ldapbindpasswd=${secrets[0]}`,
      os_password: secrets[1] ?? '',
      wal_e_storage_uri: `s3://KEY:${secrets[2]}@bucket/path`,
    });
    await model.waitSettled();
    const files = await (await model.machineOf(server)).sh('cat /etc/postgresql/*/main/pg_hba.conf');
    expect(files).toContain(secrets[0]);
    const shown = await model.exec(server, 'dist/charm observe | tee /tmp/seen.json; dist/charm plan');
    const again = await model.exec(server, 'dist/charm plan --from /tmp/seen.json');
    expect((JSON.parse(again.stdout) as { lanes: unknown[] }).lanes).toEqual([]);
    const told = JSON.stringify([
      shown.stdout,
      again.stdout,
      await model.unit(server),
      await model.logs(server),
    ]);
    expect(secrets.filter((secret) => told.includes(secret))).toEqual([]);
    await model.resetConfig('postgresql', ['extra_pg_auth', 'os_password', 'wal_e_storage_uri']);
    await model.waitSettled();
  });

  test('answers on a terminal of the machine, outside of any hook', async () => {
    const machine = await model.machineOf(server);
    const program = '/var/lib/juju/agents/unit-postgresql-0/charm/dist/charm';
    expect(JSON.parse(await machine.sh(`${program} plan`))).toMatchObject({ lanes: [] });
    expect(await machine.sh(`${program} --help`)).toContain('observe');
  });

  test('comes up again after a reboot', async () => {
    await (await model.machineOf(server)).reboot();
    await waitActive(model);
    expect(await clientSql(model, 'SELECT words FROM greeting')).toBe('hello');
  });

  test('a server that was stopped behind its back is started', async () => {
    await (await model.machineOf(server)).sh(`systemctl stop postgresql@${versions[base]}-main`);
    await model.faults.repeat({ unit: server, hook: 'update-status' });
    await waitActive(model);
    expect(await clientSql(model, 'SELECT words FROM greeting')).toBe('hello');
  });

  test('a server that was killed is back without a hook', async () => {
    const started = await serverSql(model, server, 'SELECT pg_postmaster_start_time()');
    await (await model.machineOf(server)).killProcess('bin/postgres -D', 'KILL');
    await model.waitFor(
      async () => {
        const now = await serverSql(model, server, 'SELECT pg_postmaster_start_time()').catch(() => started);
        return now[0] !== started[0];
      },
      { describe: 'the server runs again' },
    );
  });

  test('a server that dies while its starter still looks is started by the next hook', async () => {
    const unit = `postgresql@${versions[base]}-main`;
    const machine = await model.machineOf(server);
    // systemd may be left waiting for a process that is no more: nothing but a hook ends that.
    await machine.sh(`systemctl stop ${unit}; systemctl start --no-block ${unit}
      until [ -s /run/postgresql/${versions[base]}-main.pid ] && pkill -KILL -f 'bin/[p]ostgres -D'; do sleep 0.01; done
      until systemctl show --property=ControlPID ${unit} | grep -qx ControlPID=0; do sleep 0.05; done`);
    await model.faults.repeat({ unit: server, hook: 'update-status' });
    await waitActive(model);
    expect(await clientSql(model, 'SELECT words FROM greeting')).toBe('hello');
  });

  test('an option that wants a restart gets it', async () => {
    await model.setConfig('postgresql', { extra_pg_conf: 'max_connections = 55' });
    await model.waitSettled();
    expect(await serverSql(model, server, 'SHOW max_connections')).toEqual(['55']);
    expect(await statusOf(server)).toMatch(/^active: Live master/);
  });

  test('a client’s password is renewed on request', async () => {
    const before = (await model.bags(relation)).units[server]?.['password'];
    const user = (await model.bags(relation)).units[server]?.['user'] ?? '';
    expect((await model.run('postgresql/leader', 'rotate-password', { scope: user })).status).toBe(
      'completed',
    );
    await model.waitFor(async () => (await model.bags(relation)).units[server]?.['password'] !== before, {
      describe: 'the client is told another password',
    });
    await waitActive(model);
    expect(await clientSql(model, 'SELECT words FROM greeting')).toBe('hello');
  });

  test('actions that are not built yet fail and say what to use instead', async () => {
    const task = await model.run(server, 'wal-e-backup');
    expect(task).toMatchObject({ status: 'failed' });
    expect(task.message).toMatch(/^not built yet: .*pg_dump/);
  });

  test('in maintenance mode nothing is done', async () => {
    expect((await model.run('postgresql/leader', 'maintenance-mode-start')).results['maintenance-mode']).toBe(
      'on',
    );
    await model.waitFor(async () => (await statusOf(server)).startsWith('blocked: Maintenance mode'), {
      describe: 'the unit shows maintenance mode',
    });
    expect((await model.run('postgresql/leader', 'maintenance-mode-stop')).results['maintenance-mode']).toBe(
      'off',
    );
    await waitActive(model);
  });

  test('when the relation goes, access goes; database and user stay', async () => {
    await model.removeRelation(relation);
    await model.waitSettled();
    const rules = await serverSql(
      model,
      server,
      "SELECT user_name FROM pg_hba_file_rules WHERE 'juju_client' = ANY (user_name)",
    );
    expect(rules).toEqual([]);
    expect(
      await serverSql(model, server, "SELECT rolname FROM pg_roles WHERE rolname = 'juju_client'"),
    ).toEqual(['juju_client']);
    expect(await serverSql(model, server, 'SELECT words FROM greeting', 'client')).toEqual(['hello']);
  });

  test('no hook has failed in all that', async () => {
    const failed = (await model.history(server)).filter(
      ({ exitCode, error, hook }) => hook !== 'action:wal-e-backup' && (exitCode !== 0 || error !== null),
    );
    expect(failed).toEqual([]);
  });
});

describe('on a machine with a cluster of somebody else', () => {
  let model: Model;
  afterAll(() => model?.destroy());

  test('the unit is blocked, says what it found, and touches nothing', async () => {
    model = await openStory('foreign');
    await deployServer(model);
    const release = await model.faults.hold(server, 'install');
    const machine = await model.waitFor(async () => model.machineOf(server).catch(() => null));
    await model.waitFor(
      async () => (await machine.exec('true').catch(() => ({ exitCode: 1 }))).exitCode === 0,
    );
    await machine.sh(
      'mkdir -p /etc/postgresql/15/main /var/lib/postgresql/15/main && echo 15 > /var/lib/postgresql/15/main/PG_VERSION',
    );
    await machine.sh(
      'echo "data_directory = \'/var/lib/postgresql/15/main\'" > /etc/postgresql/15/main/postgresql.conf',
    );
    await release();
    await model.waitSettled();
    const status = (await model.unit(server))?.['workload-status'];
    expect(status?.current).toBe('blocked');
    expect(status?.message).toContain('15/main at /etc/postgresql/15/main');
    expect(await machine.sh('ls /etc/postgresql/15/main /var/lib/postgresql/15/main')).toBe(
      '/etc/postgresql/15/main:\npostgresql.conf\n\n/var/lib/postgresql/15/main:\nPG_VERSION\n',
    );
  });
});
