import { expect, test } from 'vitest';
import { charm, events, inEachMode, inHook, leaveScript, stages } from './stage.ts';

// Actions, and commands that come from the machine itself.

const on = stages('actions', async (stage) => {
  const { model } = stage;
  await model.deploy(await charm(stage, 'server'));
  await model.deploy(await charm(stage, 'client'), { to: ['0'] });
  await model.client.call('addUnit', { application: 'client', to: ['0'] });
  await model.integrate('server:db', 'client');
  await model.waitSettled();
});

inEachMode((juju) => {
  const run = (action: string, params: Record<string, unknown> = {}) =>
    on(juju).model.run('server/0', action, params);
  const script = (text: string) => run('do', { script: text });
  const localCommand = juju === '2.9' ? 'juju-run' : 'juju-exec';

  test('parameters, defaults, results, progress', async () => {
    const task = await run('echo', { count: 3 });
    expect(task).toMatchObject({ status: 'completed', message: '' });
    expect(task.results).toMatchObject({ text: 'hello', 'return-code': 0 });
    expect(JSON.parse(String(task.results['all']))).toEqual({ count: 3, text: 'hello' });
    expect(task.log.map((line) => line.message)).toEqual(['about to answer']);
  });

  test('the schema is enforced when the action is asked for', async () => {
    const refused = async (action: string, params: Record<string, unknown>): Promise<string> =>
      run(action, params).then(
        (task) => task.status,
        (error: Error) => error.message,
      );
    expect(await refused('strict', {})).toMatch(/validation failed.*who/s);
    expect(await refused('echo', { count: 'many' })).toMatch(/validation failed.*count/s);
    expect(await refused('echo', { count: 10 })).toMatch(/validation failed.*count/s);
    expect(await refused('echo', { mode: 'sideways' })).toMatch(/validation failed.*mode/s);
    expect(await refused('echo', { surprise: 1 })).toMatch(/validation failed.*surprise/s);
    expect(await refused('nothing', {})).toMatch(/nothing/);
    // Other parameters are allowed by default up to 3.6, refused by default in 4.0.
    const open = await refused('open', { surprise: 1 });
    if (juju === '4.0') expect(open).toMatch(/validation failed.*surprise/s);
    else expect(open).toBe('completed');
  });

  test('action-set: nesting, always strings, keys that are refused', async () => {
    const task = await script(
      'action-set a.b=1 a.c=two plain=3; action-set stdout=x 2>/dev/null; echo $?; action-set A=1 2>/dev/null; echo $?',
    );
    expect(task.results).toMatchObject({ a: { b: '1', c: 'two' }, plain: '3' });
    // The reserved word is a usage error; the exit code for an ill-formed key is not verified.
    expect(String(task.results['stdout']).split('\n')[0]).toBe('2');
    expect(String(task.results['stdout']).split('\n')[1]).not.toBe('0');
  });

  test('output is kept; what is not UTF-8 is encoded', async () => {
    const task = await script('echo out; echo err >&2; exit 7');
    expect(task).toMatchObject({ status: 'failed', message: 'exit status 7' });
    expect(task.results).toMatchObject({ stdout: 'out\n', stderr: 'err\n', 'return-code': 7 });
    const binary = await script("printf '\\377'");
    expect(binary.results).toMatchObject({ stdout: '/w==', 'stdout-encoding': 'base64' });
    expect((await on(juju).model.unit('server/0'))?.['workload-status'].current).not.toBe('error');
  });

  test('failing by exit code discards writes; action-fail keeps them and does not stop the program', async () => {
    const { model } = on(juju);
    const { id } = (await model.relations()).find((relation) => relation.endpoints.length === 2) ?? { id: 0 };
    await script(`relation-set -r db:${id} by-exit=1; action-set kept=yes; exit 1`).then((task) =>
      expect(task.results).toMatchObject({ kept: 'yes' }),
    );
    const task = await script(
      `action-fail "not today"; relation-set -r db:${id} by-fail=1; action-set later=yes`,
    );
    expect(task).toMatchObject({ status: 'failed', message: 'not today' });
    expect(task.results).toMatchObject({ later: 'yes' });
    const bag = (await model.bags(id)).units['server/0'];
    expect(bag).toMatchObject({ 'by-fail': '1' });
    expect(bag).not.toHaveProperty('by-exit');
  });

  test('a commit that fails makes the action fail', async () => {
    const { model } = on(juju);
    await model.faults.failCommits('server/0', 1);
    const task = await script('relation-set -r $(relation-ids db) x=1');
    expect(task).toMatchObject({ status: 'failed', message: 'committing requested changes failed' });
  });

  test('actions run while a hook is in error, but wait for hooks that are queued', async () => {
    const { model } = on(juju);
    await model.setModelConfig({ 'automatically-retry-hooks': false });
    await leaveScript(on(juju), 'server/0', 'config-changed', 'exit 1');
    await model.setConfig('server', { port: 7000 });
    await model.waitFor(async () => (await model.unit('server/0'))?.['workload-status'].current === 'error');
    expect((await run('echo')).status).toBe('completed');
    await leaveScript(on(juju), 'server/0', 'config-changed', '');
    await model.resolved('server/0');
    await model.setModelConfig({ 'automatically-retry-hooks': true });
    await model.waitSettled();
  });

  test('cancelling kills the program', async () => {
    const { model } = on(juju);
    const { tasks } = await model.client.call('tasks.enqueue', {
      units: ['server/0'],
      action: 'do',
      params: { script: 'action-log started; sleep 600' },
    });
    const id = tasks[0]?.id ?? '';
    await model.client.call('tasks.wait', { id, timeoutMs: 20_000, logLines: 0 });
    await model.client.call('tasks.cancel', { id });
    expect(await model.client.call('tasks.wait', { id, timeoutMs: 20_000 })).toMatchObject({
      status: 'aborted',
    });
  });

  test('an agent that dies in an action leaves it failed and does not run it again', async () => {
    const { model } = on(juju);
    const { tasks } = await model.client.call('tasks.enqueue', {
      units: ['server/0'],
      action: 'do',
      params: { script: 'echo ran >>/tmp/ran; action-log started; sleep 600' },
    });
    const id = tasks[0]?.id ?? '';
    await model.client.call('tasks.wait', { id, timeoutMs: 20_000, logLines: 0 });
    await model.faults.killAgent('server/0');
    expect(await model.client.call('tasks.wait', { id, timeoutMs: 20_000 })).toMatchObject({
      status: 'failed',
    });
    await model.waitSettled();
    expect(await (await model.machineOf('server/0')).read('/tmp/ran')).toBe('ran\n');
  });

  test('from the machine: the hook environment, writes are committed, the exit code comes back', async () => {
    const { model } = on(juju);
    const machine = await model.machineOf('server/0');
    const { id } = (await model.relations()).find((relation) => relation.endpoints.length === 2) ?? { id: 0 };
    const ran = await machine.exec(
      `${localCommand} server/0 -- 'relation-set -r db:${id} local=1; echo $JUJU_UNIT_NAME; exit 3'`,
    );
    expect(ran).toMatchObject({ exitCode: 3, stdout: 'server/0\n' });
    // Writes of an action that exits non-zero are kept: read in the code only, not verified.
    expect((await model.bags(id)).units['server/0']).toMatchObject({ local: '1' });
    expect((await model.unit('server/0'))?.['workload-status'].current).not.toBe('error');
    const quoted = await machine.exec([localCommand, 'server/0', 'cat /proc/self/comm; pwd']);
    expect(quoted.stdout).toBe('cat\n/var/lib/juju/agents/unit-server-0/charm\n');
  });

  test('from the machine with a relation: the remote unit is inferred if there is exactly one', async () => {
    const { model } = on(juju);
    const machine = await model.machineOf('server/0');
    const { id } = (await model.relations()).find((relation) => relation.endpoints.length === 2) ?? { id: 0 };
    const show = "'echo $JUJU_RELATION_ID $JUJU_REMOTE_UNIT'";
    const ambiguous = await machine.exec(`${localCommand} -r db:${id} server/0 -- ${show}`);
    expect(ambiguous.exitCode).not.toBe(0);
    expect(ambiguous.stderr).toContain('ambiguous remote unit');
    const named = await machine.exec(
      `${localCommand} -r db:${id} --remote-unit client/1 server/0 -- ${show}`,
    );
    expect(named).toEqual({ exitCode: 0, stdout: `db:${id} client/1\n`, stderr: '' });
    const inferred = await machine.exec(`${localCommand} -r db:${id} client/0 -- ${show}`);
    expect(inferred.stdout).toBe(`db:${id} server/0\n`);
  });

  test('from the machine: refused inside a hook, runs a charm event when asked to', async () => {
    const inside = await inHook(on(juju), 'server/0', `${localCommand} server/0 -- true; echo "exit $?"`);
    expect(inside.stdout).toMatch(/cannot be called from within a hook, have context/);
    expect(inside.stdout).toMatch(/exit [^0]/);
    const machine = await on(juju).model.machineOf('server/0');
    await machine.sh(`${localCommand} server/0 'JUJU_HOOK_NAME=woken ./hooks/update-status'`);
    expect((await events(on(juju), 'server/0')).at(-1)).toBe('woken');
  });

  test('parallel actions do not wait for the machine, others do', async () => {
    const { model } = on(juju);
    const machine = await model.machineOf('server/0');
    await leaveScript(
      on(juju),
      'client/0',
      'update-status',
      'touch /tmp/busy; while [ ! -e /tmp/done ]; do sleep 0.05; done',
    );
    await model.faults.repeat({ unit: 'client/0', hook: 'update-status' });
    await model.waitFor(async () => (await machine.exec('test -e /tmp/busy')).exitCode === 0);
    expect((await model.run('server/0', 'beside', { script: 'echo beside' })).results['stdout']).toBe(
      'beside\n',
    );
    const { tasks } = await model.client.call('tasks.enqueue', {
      units: ['server/0'],
      action: 'do',
      params: { script: 'echo x' },
    });
    const id = tasks[0]?.id ?? '';
    expect((await model.client.call('tasks.show', { id })).completed).toBe(null);
    await machine.sh('touch /tmp/done');
    expect((await model.client.call('tasks.wait', { id, timeoutMs: 20_000 })).status).toBe('completed');
    await leaveScript(on(juju), 'client/0', 'update-status', '');
  });
});
