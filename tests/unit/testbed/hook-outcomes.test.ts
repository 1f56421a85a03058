import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type SmallModel, smallModel } from './small-model.ts';

describe('what becomes of a hook', () => {
  let model: SmallModel;
  const unitStatus = async (unit: string) => {
    const status = await model.admin.call('status', {});
    return status.applications['pg']?.units?.[unit];
  };
  const peerBag = async (unit: string) => {
    const { relations } = await model.admin.call('relations', {});
    return relations[0]?.units[unit] ?? {};
  };
  const config = (value: string) =>
    model.admin.call('config.set', { application: 'pg', set: { option: value } });
  const inError = (unit: string) =>
    model.until(
      `${unit} in error`,
      async () => (await unitStatus(unit))?.['workload-status'].current === 'error',
    );
  const attempts = async (unit: string, hook: string) =>
    (await model.ran(unit)).filter((each) => each === hook).length;

  beforeAll(async () => {
    model = await smallModel('3.6');
    const charm = model.charm('pg', {
      metadata: 'peers: {peer: {interface: p}}\n',
      'config.yaml': 'options: {option: {type: string}, number: {type: int}}\n',
    });
    await model.admin.call('deploy', { charmPath: charm, units: 2 });
    await model.settle();
  });
  afterAll(() => model.end());

  test('exit 0: what it wrote is there', async () => {
    model.behave('pg/0', 'relation-set -r peer:0 a=1; state-set s=1; open-port 5432');
    await config('one');
    await model.settle();
    expect(await peerBag('pg/0')).toMatchObject({ a: '1' });
    expect((await unitStatus('pg/0'))?.['open-ports']).toEqual(['5432/tcp']);
    expect((await model.exec('pg/0', 'state-get s')).results['stdout']).toBe('1\n');
  });

  test('a failing hook: buffer lost, status kept, tried again until it succeeds', async () => {
    model.behave('pg/0', 'relation-set -r peer:0 a=2; status-set maintenance tried; exit 3');
    await config('two');
    await inError('pg/0');
    expect((await unitStatus('pg/0'))?.['workload-status'].message).toBe('hook failed: "config-changed"');
    expect(await peerBag('pg/0')).toMatchObject({ a: '1' });
    await model.until('two tries', async () => (await attempts('pg/0', 'config-changed')) > 3);
    model.behave('pg/0', '');
    await model.settle();
    expect((await unitStatus('pg/0'))?.['workload-status'].message).toBe('tried');
    const { hooks } = await model.admin.call('history', { unit: 'pg/0' });
    expect(hooks.find((hook) => hook.exitCode === 3)?.error).toBe('exit status 3');
  });

  test('resolved runs it now, --no-retry passes over it', async () => {
    await model.admin.call('model.setConfig', { set: { 'automatically-retry-hooks': false } });
    model.behave('pg/0', 'exit 1');
    await config('three');
    await inError('pg/0');
    const before = await attempts('pg/0', 'config-changed');
    await model.admin.call('resolved', { unit: 'pg/0', retry: true });
    await model.until('another try', async () => (await attempts('pg/0', 'config-changed')) === before + 1);
    await inError('pg/0');
    await model.admin.call('resolved', { unit: 'pg/0', retry: false });
    await model.settle();
    expect(await attempts('pg/0', 'config-changed')).toBe(before + 1);
    await expect(model.admin.call('resolved', { unit: 'pg/0', retry: true })).rejects.toThrow(
      'not in an error state',
    );
    await model.admin.call('model.setConfig', { reset: ['automatically-retry-hooks'] });
  });

  test('a refused commit is a failed hook', async () => {
    model.behave('pg/0', 'relation-set -r peer:0 a=4');
    await model.admin.call('fault.failCommits', { unit: 'pg/0', count: 1 });
    await config('four');
    await model.settle();
    const { hooks } = await model.admin.call('history', { unit: 'pg/0' });
    const [first, second] = hooks.slice(-2);
    expect(first).toMatchObject({ hook: 'config-changed', exitCode: 0 });
    expect(first?.error).toContain('cannot apply changes');
    expect(second).toMatchObject({ hook: 'config-changed', exitCode: 0, error: null });
    expect(await peerBag('pg/0')).toMatchObject({ a: '4' });
  });

  test('actions run while the unit is in error; no other hook does', async () => {
    model.behave('pg/0', '[ -z "$JUJU_HOOK_NAME" ] || exit 1');
    await config('five');
    await inError('pg/0');
    expect(
      (await model.exec('pg/0', 'relation-set -r peer:0 while=error; relation-ids peer')).results,
    ).toMatchObject({
      stdout: 'peer:0\n',
      'return-code': 0,
    });
    expect(await peerBag('pg/0')).toMatchObject({ while: 'error' });
    model.behave('pg/0', '');
    await model.settle();
  });

  test('a hook killed at a log line is run again', async () => {
    model.behave(
      'pg/0',
      'relation-set -r peer:0 a=6; juju-log "step 1"; juju-log "step 2"; relation-set -r peer:0 b=6',
    );
    await model.admin.call('fault.killHookAt', { unit: 'pg/0', logLine: 'step 2' });
    await config('six');
    await model.settle();
    const { hooks } = await model.admin.call('history', { unit: 'pg/0' });
    expect(hooks.at(-2)).toMatchObject({
      signal: 'SIGKILL',
      error: 'signal: killed',
      commands: { 'juju-log': 2 },
    });
    expect(hooks.at(-1)).toMatchObject({ hook: 'config-changed', exitCode: 0 });
    expect(await peerBag('pg/0')).toMatchObject({ a: '6', b: '6' });
    const { lines } = await model.admin.call('log', { units: ['pg/0'] });
    expect(lines.filter((line) => line.message.endsWith('step 2'))).toHaveLength(2);
  });

  test('an agent killed in mid-hook counts the hook as failed and runs it again', async () => {
    model.behave(
      'pg/0',
      'echo $$ > $JUJU_CHARM_DIR/../pid; while [ -e $JUJU_CHARM_DIR/../hold ]; do sleep 0.02; done',
    );
    await model.exec('pg/0', 'touch $JUJU_CHARM_DIR/../hold');
    await config('seven');
    await model.until(
      'it runs',
      async () => (await unitStatus('pg/0'))?.['juju-status'].message === 'running config-changed hook',
    );
    await model.admin.call('fault.killAgent', { unit: 'pg/0' });
    model.behave('pg/0', '');
    await model.settle();
    const { entries } = await model.admin.call('statusLog', { unit: 'pg/0' });
    expect(entries.some((entry) => entry.status === 'error')).toBe(true);
    expect((await model.ran('pg/0')).at(-1)).toBe('config-changed');
    await model.exec('pg/0', 'rm $JUJU_CHARM_DIR/../hold');
  });

  test('a hook command that is made to fail', async () => {
    await model.admin.call('fault.failCommand', {
      unit: 'pg/0',
      command: 'is-leader',
      count: 1,
      text: 'no answer',
    });
    const failed = await model.exec('pg/0', 'is-leader');
    expect(failed.results).toMatchObject({ stderr: 'ERROR no answer\n', 'return-code': 1 });
    expect((await model.exec('pg/0', 'is-leader')).results['return-code']).toBe(0);
  });

  test('events held back and repeated', async () => {
    const { id } = await model.admin.call('fault.holdEvents', {
      unit: 'pg/1',
      filter: 'peer-relation-changed',
    });
    await model.exec('pg/0', 'relation-set -r peer:0 held=1');
    await model.settle();
    const before = await attempts('pg/1', 'peer-relation-changed(pg/0)');
    await model.admin.call('fault.releaseEvents', { unit: 'pg/1', id });
    await model.settle();
    expect(await attempts('pg/1', 'peer-relation-changed(pg/0)')).toBe(before + 1);
    await model.admin.call('fault.repeatEvent', {
      unit: 'pg/1',
      hook: 'peer-relation-changed',
      relationId: 0,
      remoteUnit: 'pg/0',
    });
    await model.settle();
    expect(await attempts('pg/1', 'peer-relation-changed(pg/0)')).toBe(before + 2);
  });

  test('options of the wrong kind are refused, all or nothing', async () => {
    const set = model.admin.call('config.set', { application: 'pg', set: { option: 'x', number: 'many' } });
    await expect(set).rejects.toThrow('option "number" expected int, got "many"');
    const unknown = model.admin.call('config.set', { application: 'pg', set: { other: 'x' } });
    await expect(unknown).rejects.toThrow('unknown option "other"');
    const { options } = await model.admin.call('config.get', { application: 'pg' });
    expect(options['option']?.value).toBe('seven');
  });
});
