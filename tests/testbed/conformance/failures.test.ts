import { expect, test } from 'vitest';
import { charm, events, inEachMode, leaveScript, stages } from './stage.ts';

// Hooks that fail, are killed, are retried or skipped; agents and machines that die under them.

const on = stages('failures', async (stage) => {
  const { model } = stage;
  await model.deploy(await charm(stage, 'server'));
  await model.deploy(await charm(stage, 'client'), { to: ['0'] });
  await model.integrate('server:db', 'client');
  await model.waitSettled();
});

inEachMode((juju) => {
  const inError = (unit: string) =>
    on(juju).model.waitFor(
      async () => (await on(juju).model.unit(unit))?.['workload-status'].current === 'error',
      {
        describe: `${unit} in error`,
      },
    );
  const retries = (on_: boolean) => on(juju).model.setModelConfig({ 'automatically-retry-hooks': on_ });

  test('a failed hook: error with its name; the same hook again until it succeeds', async () => {
    const { model } = on(juju);
    await leaveScript(on(juju), 'server/0', 'config-changed', '[ -e /tmp/well ] || exit 1');
    const before = (await model.history('server/0')).length;
    await model.setConfig('server', { port: 6001 });
    await inError('server/0');
    expect((await model.unit('server/0'))?.['workload-status'].message).toBe('hook failed: "config-changed"');
    await (await model.machineOf('server/0')).sh('touch /tmp/well');
    await model.waitSettled();
    const runs = (await model.history('server/0')).slice(before);
    expect(new Set(runs.map((run) => run.hook))).toEqual(new Set(['config-changed']));
    expect(runs.length).toBeGreaterThan(1);
    expect(runs.map((run) => run.exitCode)).toEqual([...runs.slice(1).map(() => 1), 0]);
    await leaveScript(on(juju), 'server/0', 'config-changed', '');
  });

  test('resolved runs it again at once; --no-retry counts it as run; no events are delivered meanwhile', async () => {
    const { model } = on(juju);
    await retries(false);
    await leaveScript(on(juju), 'server/0', 'config-changed', 'exit 1');
    const before = (await model.history('server/0')).length;
    await model.setConfig('server', { port: 6002 });
    await inError('server/0');
    await model.exec('client/0', 'relation-set -r $(relation-ids db) news=1');
    await model.resolved('server/0');
    await model.waitFor(async () => (await model.history('server/0')).length === before + 2);
    await inError('server/0');
    await model.resolved('server/0', { retry: false });
    await model.waitSettled();
    expect((await model.history('server/0')).slice(before).map((run) => run.hook)).toEqual([
      'config-changed',
      'config-changed',
      'db-relation-changed',
    ]);
    await leaveScript(on(juju), 'server/0', 'config-changed', '');
    await retries(true);
  });

  test('a relation hook in error is run again with the same remote unit', async () => {
    const { model } = on(juju);
    await retries(false);
    await leaveScript(on(juju), 'server/0', 'db-relation-changed', 'exit 1');
    await model.exec('client/0', 'relation-set -r $(relation-ids db) news=2');
    await inError('server/0');
    await leaveScript(on(juju), 'server/0', 'db-relation-changed', '');
    await model.resolved('server/0');
    await model.waitSettled();
    const last = (await events(on(juju), 'server/0')).slice(-2);
    expect(last).toEqual(Array(2).fill('db-relation-changed app=client unit=client/0'));
    await retries(true);
  });

  test('a killed hook is run again, at a point chosen by log line, command or count', async () => {
    const { model } = on(juju);
    const relation = '$(relation-ids db)';
    const shell = `relation-set -r ${relation} half=1; juju-log "half way"; relation-set -r ${relation} whole=1`;
    await leaveScript(on(juju), 'server/0', 'update-status', shell);
    for (const point of [{ logLine: '^half way$' }, { command: 'relation-set' }, { afterCommand: 2 }]) {
      const before = (await model.history('server/0')).length;
      await model.faults.killHookAt('server/0', { hook: 'update-status', ...point });
      await model.faults.repeat({ unit: 'server/0', hook: 'update-status' });
      await model.waitFor(async () => (await model.history('server/0')).length >= before + 2);
      await model.waitSettled();
      const runs = (await model.history('server/0')).slice(before);
      expect(runs.map((run) => [run.hook, run.exitCode, run.signal])).toEqual([
        ['update-status', null, 'SIGKILL'],
        ['update-status', 0, null],
      ]);
    }
    await leaveScript(on(juju), 'server/0', 'update-status', '');
  });

  test('an agent killed in a hook counts the hook as failed and runs it again', async () => {
    const { model } = on(juju);
    const machine = await model.machineOf('server/0');
    await leaveScript(
      on(juju),
      'server/0',
      'config-changed',
      '[ -e /tmp/once ] || { touch /tmp/once; sleep 600; }',
    );
    const before = (await events(on(juju), 'server/0')).length;
    await model.setConfig('server', { port: 6003 });
    await model.waitFor(async () => (await machine.exec('test -e /tmp/once')).exitCode === 0);
    await model.faults.killAgent('server/0');
    await model.waitFor(async () => (await events(on(juju), 'server/0')).length === before + 2);
    await model.waitSettled();
    expect((await events(on(juju), 'server/0')).slice(before)).toEqual(['config-changed', 'config-changed']);
    await leaveScript(on(juju), 'server/0', 'config-changed', '');
  });

  test('an agent that restarts runs neither stop nor start', async () => {
    const { model } = on(juju);
    const before = (await events(on(juju), 'server/0')).length;
    await model.faults.killAgent('server/0');
    await model.exec('server/0', 'true');
    await model.waitSettled();
    // Duplicate config-changed is always possible.
    const since = (await events(on(juju), 'server/0')).slice(before);
    expect(since.filter((event) => event !== 'config-changed')).toEqual([]);
  });

  test('a hook command can be made to fail', async () => {
    const { model } = on(juju);
    await model.faults.failCommand('server/0', 'is-leader', 'leadership status unknown: timed out');
    expect(await model.exec('server/0', 'is-leader; echo $?')).toMatchObject({
      stdout: '1\n',
      stderr: 'ERROR leadership status unknown: timed out\n',
    });
    expect((await model.exec('server/0', 'is-leader')).stdout).toBe('True\n');
  });

  test('events can be held back and repeated', async () => {
    const { model } = on(juju);
    const before = (await events(on(juju), 'server/0')).length;
    const release = await model.faults.hold('server/0', 'db-relation-changed\\(client/0\\)');
    await model.exec('client/0', 'relation-set -r $(relation-ids db) held=1');
    await model.setConfig('server', { port: 6004 });
    await model.waitFor(async () => (await events(on(juju), 'server/0')).length === before + 1);
    expect((await events(on(juju), 'server/0')).slice(before)).toEqual(['config-changed']);
    await release();
    await model.waitSettled();
    await model.faults.repeat({ unit: 'server/0', hook: 'config-changed' });
    await model.waitFor(async () => (await events(on(juju), 'server/0')).length === before + 3);
    expect((await events(on(juju), 'server/0')).slice(before)).toEqual([
      'config-changed',
      'db-relation-changed app=client unit=client/0',
      'config-changed',
    ]);
  });

  test('forced new code in an error re-runs the failed hook; otherwise upgrade-charm, then config-changed', async () => {
    const { model } = on(juju);
    const before = (await events(on(juju), 'client/0')).length;
    await model.refresh('client', await charm(on(juju), 'client'));
    await model.waitFor(async () => (await events(on(juju), 'client/0')).length >= before + 2);
    await model.waitSettled();
    // `start` is not run again on machines, by the source; a documentation table shows one.
    expect((await events(on(juju), 'client/0')).slice(before)).toEqual(['upgrade-charm', 'config-changed']);
    await retries(false);
    await leaveScript(on(juju), 'client/0', 'config-changed', 'exit 1');
    await model.setConfig('client', { script: 'true' });
    await inError('client/0');
    await leaveScript(on(juju), 'client/0', 'config-changed', '');
    const failed = (await events(on(juju), 'client/0')).length;
    await model.refresh('client', await charm(on(juju), 'client'), { force: true });
    await model.waitFor(async () => (await events(on(juju), 'client/0')).length >= failed + 1);
    expect((await events(on(juju), 'client/0'))[failed]).toBe('config-changed');
    await retries(true);
    await model.waitSettled();
    expect((await events(on(juju), 'client/0')).slice(failed)).not.toContain('upgrade-charm');
  });
});
