import { expect, test } from 'vitest';
import { charm, inEachMode, inHook, stages } from './stage.ts';

// Process of a hook: its set-up, its program and its environment.

const on = stages('environment', async (stage) => {
  const { model } = stage;
  await model.deploy(await charm(stage, 'server'));
  await model.deploy(await charm(stage, 'client'), { to: ['0'] });
  await model.deploy(await charm(stage, 'dispatcher'), { to: ['0'] });
  await model.deploy(await charm(stage, 'subordinate'));
  await model.integrate('server:db', 'client');
  await model.integrate('subordinate', 'server');
  await model.waitSettled();
});

const always = [
  'APT_LISTCHANGES_FRONTEND',
  'CHARM_DIR',
  'CLOUD_API_VERSION',
  'DEBIAN_FRONTEND',
  'JUJU_AGENT_SOCKET_ADDRESS',
  'JUJU_AGENT_SOCKET_NETWORK',
  'JUJU_API_ADDRESSES',
  'JUJU_AVAILABILITY_ZONE',
  'JUJU_CHARM_DIR',
  'JUJU_CHARM_FTP_PROXY',
  'JUJU_CHARM_HTTPS_PROXY',
  'JUJU_CHARM_HTTP_PROXY',
  'JUJU_CHARM_NO_PROXY',
  'JUJU_CONTEXT_ID',
  'JUJU_DISPATCH_PATH',
  'JUJU_HOOK_NAME',
  'JUJU_MACHINE_ID',
  'JUJU_MODEL_NAME',
  'JUJU_MODEL_UUID',
  'JUJU_PRINCIPAL_UNIT',
  'JUJU_UNIT_NAME',
  'JUJU_VERSION',
  'LANG',
  'PATH',
  'TERM',
];
// Up to 3.x only. Not verified from which version on they are gone.
const meters = ['JUJU_METER_INFO', 'JUJU_METER_STATUS', 'JUJU_SLA'];

function parsed(environ: string): Record<string, string> {
  const pairs = environ
    .split('\n')
    .filter((line) => line.includes('='))
    .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]);
  return Object.fromEntries(pairs) as Record<string, string>;
}

inEachMode((juju) => {
  async function environ(unit: string, event: string): Promise<Record<string, string>> {
    const machine = await on(juju).model.machineOf(unit);
    return parsed(await machine.read(`/var/log/recorder/${unit.replace('/', '-')}/environ.${event}`));
  }

  test('a hook has exactly the variables of the list', async () => {
    const env = await environ('server/0', 'install');
    const names = Object.keys(env).filter((name) => !meters.includes(name));
    expect(names.sort()).toEqual(always);
    const { name: model, client } = on(juju).model;
    const { uuid, version } = await client.call('model.info', {});
    const charmDir = '/var/lib/juju/agents/unit-server-0/charm';
    expect(env).toMatchObject({
      CHARM_DIR: charmDir,
      DEBIAN_FRONTEND: 'noninteractive',
      APT_LISTCHANGES_FRONTEND: 'none',
      LANG: 'C.UTF-8',
      JUJU_AGENT_SOCKET_NETWORK: 'unix',
      JUJU_CHARM_DIR: charmDir,
      JUJU_CHARM_HTTP_PROXY: '',
      JUJU_DISPATCH_PATH: 'hooks/install',
      JUJU_HOOK_NAME: 'install',
      JUJU_MACHINE_ID: '0',
      JUJU_MODEL_NAME: model,
      JUJU_MODEL_UUID: uuid,
      JUJU_PRINCIPAL_UNIT: '',
      JUJU_UNIT_NAME: 'server/0',
      JUJU_VERSION: version,
    });
    expect(version.startsWith(`${juju}.`)).toBe(true);
    expect(env['JUJU_CONTEXT_ID']).toMatch(
      juju === '2.9' ? /^server\/0-install-\d+$/ : /^server\/0-install-[0-9a-f]{32}$/,
    );
    expect(env['JUJU_API_ADDRESSES']).toMatch(/^[\d.]+:\d+( |$)/);
    expect(env['PATH']).toMatch(/^\/var\/lib\/juju\/tools\/unit-server-0:\//);
    expect(env['JUJU_AGENT_SOCKET_ADDRESS']).toMatch(
      /^@?\/var\/lib\/juju\/agents\/unit-server-0\/agent.socket$/,
    );
  });

  test('the working folder is the charm, the user is root, nothing is inherited', async () => {
    const { stdout } = await inHook(
      on(juju),
      'server/0',
      'pwd; id -u; echo "${HOME-none} ${USER-none} ${SHELLX-none}"; cat',
    );
    expect(stdout).toBe('/var/lib/juju/agents/unit-server-0/charm\n0\nnone none none\n');
  });

  test('relation hooks name the relation, the remote side, and a departing unit only when one departs', async () => {
    const created = await environ('server/0', 'db-relation-created');
    const { id } =
      (await on(juju).model.relations()).find((r) => r.endpoints.some((e) => e.endpoint === 'db')) ?? {};
    expect(created).toMatchObject({
      JUJU_RELATION: 'db',
      JUJU_RELATION_ID: `db:${id}`,
      JUJU_REMOTE_APP: 'client',
      JUJU_REMOTE_UNIT: '',
    });
    const joined = await environ('server/0', 'db-relation-joined');
    expect(joined).toMatchObject({ JUJU_REMOTE_APP: 'client', JUJU_REMOTE_UNIT: 'client/0' });
    expect(joined).not.toHaveProperty('JUJU_DEPARTING_UNIT');
    expect(await environ('server/0', 'install')).not.toHaveProperty('JUJU_RELATION');
    expect((await environ('server/0', 'peer-relation-created'))['JUJU_REMOTE_APP']).toBe('server');
  });

  test('storage hooks name the storage', async () => {
    expect(await environ('server/0', 'pgdata-storage-attached')).toMatchObject({
      JUJU_STORAGE_ID: 'pgdata/0',
      JUJU_STORAGE_LOCATION: '/srv/pgdata',
      JUJU_STORAGE_KIND: 'filesystem',
    });
  });

  test('a subordinate knows its principal and lives on its machine', async () => {
    expect(await environ('subordinate/0', 'install')).toMatchObject({
      JUJU_PRINCIPAL_UNIT: 'server/0',
      JUJU_MACHINE_ID: '0',
    });
    const status = await on(juju).model.status();
    expect(Object.keys(status.applications['server']?.units?.['server/0']?.subordinates ?? {})).toEqual([
      'subordinate/0',
    ]);
    // Container scope: the co-located counterpart only.
    const list = await on(juju).model.exec(
      'subordinate/0',
      'relation-list --format json -r $(relation-ids host)',
    );
    expect(JSON.parse(list.stdout)).toEqual(['server/0']);
  });

  test('actions have their own variables and an empty hook name', async () => {
    const task = await on(juju).model.run('server/0', 'do', {
      script: 'env; echo "HOOK=<${JUJU_HOOK_NAME-absent}>"',
    });
    const env = parsed(String(task.results['stdout']));
    expect(env).toMatchObject({
      JUJU_ACTION_NAME: 'do',
      JUJU_ACTION_UUID: task.id,
      JUJU_ACTION_TAG: `action-${task.id}`,
      JUJU_DISPATCH_PATH: 'actions/do',
      HOOK: '<>',
    });
    expect(env).not.toHaveProperty('JUJU_RELATION_ID');
  });

  test('a command from outside has no dispatch path and an empty hook name', async () => {
    const ran = await on(juju).model.exec(
      'server/0',
      'echo "${JUJU_DISPATCH_PATH-absent} <${JUJU_HOOK_NAME-absent}>"; pwd',
    );
    expect(ran.stdout).toBe('absent <>\n/var/lib/juju/agents/unit-server-0/charm\n');
    // Commands of the operator are actions of Juju's own; those of a program on the machine are not.
    const machine = await on(juju).model.machineOf('server/0');
    const local = juju === '2.9' ? 'juju-run' : 'juju-exec';
    const env = parsed(await machine.sh(`${local} server/0 env`));
    expect(env['JUJU_CONTEXT_ID']).toMatch(/^server\/0-run-commands-/);
    expect(env).not.toHaveProperty('JUJU_ACTION_NAME');
  });

  test('dispatch gets every event and action, hooks the charm never heard of included', async () => {
    const { model } = on(juju);
    const machine = await model.machineOf('dispatcher/0');
    await model.run('dispatcher/0', 'anything');
    const lines = (await machine.read('/var/log/recorder/dispatch')).trim().split('\n');
    expect(lines.slice(0, 5)).toEqual([
      'hooks/install hook=install action=none',
      'hooks/peer-relation-created hook=peer-relation-created action=none',
      'hooks/leader-elected hook=leader-elected action=none',
      'hooks/config-changed hook=config-changed action=none',
      'hooks/start hook=start action=none',
    ]);
    expect(lines.at(-1)).toBe('actions/anything hook= action=anything');
  });

  test('a hook without a program counts as run; one without the run bit is an error', async () => {
    const { model } = on(juju);
    const machine = await model.machineOf('client/0');
    const hook = '/var/lib/juju/agents/unit-client-0/charm/hooks/update-status';
    await machine.sh(`rm ${hook}`);
    await model.faults.repeat({ unit: 'client/0', hook: 'update-status' });
    await model.waitSettled();
    expect((await model.unit('client/0'))?.['juju-status'].current).toBe('idle');
    await machine.write(hook, '#!/bin/sh\nexit 0\n', 0o644);
    await model.faults.repeat({ unit: 'client/0', hook: 'update-status' });
    await model.waitFor(
      async () =>
        (await model.unit('client/0'))?.['workload-status'].message === 'hook failed: "update-status"',
    );
    await machine.sh(`chmod 755 ${hook}`);
    await model.resolved('client/0');
    await model.waitSettled();
  });

  test('an action without a program says so', async () => {
    const task = await on(juju).model.run('server/0', 'missing');
    expect(task.status).toBe('failed');
    expect(task.message).toBe('action not implemented on unit "server/0"');
  });

  test("the model's proxies reach hooks", async () => {
    const { model } = on(juju);
    await model.setModelConfig({ 'juju-http-proxy': 'http://proxy:3128' });
    const { stdout } = await inHook(
      on(juju),
      'server/0',
      'echo "$JUJU_CHARM_HTTP_PROXY ${http_proxy-absent}"',
    );
    expect(stdout).toBe('http://proxy:3128 absent\n');
  });

  test('standard output is logged as DEBUG, standard error as WARNING', async () => {
    const { model } = on(juju);
    await model.faults.repeat({ unit: 'dispatcher/0', hook: 'update-status' });
    await model.exec('server/0', 'true');
    const machine = await model.machineOf('client/0');
    const hook = '/var/lib/juju/agents/unit-client-0/charm/hooks/update-status';
    await machine.write(hook, '#!/bin/sh\necho to-out\necho to-err >&2\n', 0o755);
    await model.faults.repeat({ unit: 'client/0', hook: 'update-status' });
    await model.waitSettled();
    const lines = (await model.logs('client/0')).filter((line) => /^to-(out|err)$/.test(line.message));
    // 2.9 is believed to log both at DEBUG. Not verified.
    const second = juju === '2.9' ? 'DEBUG' : 'WARNING';
    expect(lines.map((line) => [line.module, line.level, line.message]).sort()).toEqual(
      [
        ['unit.client/0.update-status', second, 'to-err'],
        ['unit.client/0.update-status', 'DEBUG', 'to-out'],
      ].sort(),
    );
  });
});
