import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type SmallModel, smallModel } from './small-model.ts';

const actions = `
backup:
  params:
    name: {type: string, default: full}
    jobs: {type: integer, minimum: 1, maximum: 8}
    nested: {type: object, properties: {deep: {type: string}}}
  required: [jobs]
  additionalProperties: false
slow: {additionalProperties: false}
`;
const dispatch = `
case "$JUJU_ACTION_NAME" in
  backup) action-set result.name=$(action-get name) result.env=$JUJU_DISPATCH_PATH:$JUJU_ACTION_TAG
    action-log "half way"; state-set done=yes; eval "$(action-get nested.deep)";;
  slow) touch $JUJU_CHARM_DIR/../slow; while :; do sleep 0.05; done;;
esac`;

describe('actions and commands', () => {
  let model: SmallModel;
  const call = (action: string, params: Record<string, unknown>) =>
    model.admin.call('tasks.enqueue', { units: ['pg/leader'], action, params });
  const run = async (params: Record<string, unknown>) => {
    const { tasks } = await call('backup', params);
    return model.admin.call('tasks.wait', { id: tasks[0]?.id ?? '', timeoutMs: 10_000 });
  };
  const root = () => `${model.folder}/models/small/machines/0`;
  const jujuExec = async (args: string[], env: Record<string, string> = {}) => {
    try {
      const { stdout, stderr } = await promisify(execFile)(`${root()}/usr/bin/juju-exec`, args, { env });
      return `0 ${stdout}${stderr}`;
    } catch (error) {
      const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
      return `${code} ${stdout}${stderr}`;
    }
  };
  beforeAll(async () => {
    model = await smallModel('3.6');
    const files = { metadata: 'peers: {peer: {interface: p}}\n', 'actions.yaml': actions };
    await model.deploy(model.charm('pg', files, dispatch), { units: 2 });
  });
  afterAll(() => model.end());

  test('parameters are checked before anything runs', async () => {
    await expect(run({})).rejects.toThrow(
      'validation failed: (root): "jobs" property is missing and required',
    );
    await expect(run({ jobs: 9 })).rejects.toThrow('less than or equal to 8');
    await expect(run({ jobs: '2' })).rejects.toThrow('must be of type integer');
    await expect(run({ jobs: 1, other: 1 })).rejects.toThrow('additional property "other" is not allowed');
    await expect(call('restore', {})).rejects.toThrow(/action "restore" not defined on unit "pg\/\d"/);
  });

  test('results, progress, and what it wrote', async () => {
    const task = await run({ jobs: 2, nested: { deep: ':' } });
    expect(task).toMatchObject({ status: 'completed', log: [{ message: 'half way' }] });
    expect(task.results).toEqual({
      result: { name: 'full', env: `actions/backup:action-${task.id}` },
      'return-code': 0,
    });
    expect((await model.exec(task.unit, 'state-get done')).results['stdout']).toBe('yes\n');
  });

  test('failing: by exit code the writes are lost, by action-fail they stay; never in error', async () => {
    const exited = await run({
      jobs: 1,
      nested: { deep: 'state-set kept=no; echo out; echo err >&2; exit 3' },
    });
    expect(exited).toMatchObject({ status: 'failed', message: 'exit status 3' });
    expect(exited.results).toMatchObject({ stdout: 'out\n', stderr: 'err\n', 'return-code': 3 });
    expect((await model.exec(exited.unit, 'state-get kept')).results['stdout']).toBeUndefined();
    const said = await run({ jobs: 1, nested: { deep: 'action-fail "no space"; state-set kept=yes' } });
    expect(said).toMatchObject({ status: 'failed', message: 'no space' });
    expect((await model.exec(said.unit, 'state-get kept')).results['stdout']).toBe('yes\n');
    await model.settle();
  });

  test('a refused commit fails the action', async () => {
    const { tasks } = await call('backup', { jobs: 1 });
    const unit = tasks[0]?.unit ?? '';
    await model.admin.call('tasks.wait', { id: tasks[0]?.id ?? '', timeoutMs: 10_000 });
    await model.admin.call('fault.failCommits', { unit, count: 1 });
    expect(await run({ jobs: 1 })).toMatchObject({
      status: 'failed',
      message: 'committing requested changes failed',
    });
  });

  test('cancelled: killed when it runs', async () => {
    const { tasks } = await call('slow', {});
    const id = tasks[0]?.id ?? '';
    await model.until(
      'it runs',
      async () => (await model.admin.call('tasks.show', { id })).status === 'running',
    );
    await model.admin.call('tasks.cancel', { id });
    expect(await model.admin.call('tasks.wait', { id, timeoutMs: 10_000 })).toMatchObject({
      status: 'aborted',
    });
  });

  test('an agent that ends during an action fails it and does not run it again', async () => {
    const { tasks } = await call('slow', {});
    const { id = '', unit = '' } = tasks[0] ?? {};
    // By the task, not by what the unit says it does: that may still be the action of the test before.
    await model.until(
      'it runs',
      async () => (await model.admin.call('tasks.show', { id })).status === 'running',
    );
    await model.admin.call('fault.killAgent', { unit });
    expect(await model.admin.call('tasks.wait', { id, timeoutMs: 10_000 })).toMatchObject({
      status: 'failed',
    });
    await model.settle();
  });

  test('juju-exec from a process of the machine', async () => {
    expect(
      await jujuExec(['pg/0', 'echo $JUJU_UNIT_NAME[$JUJU_HOOK_NAME][$JUJU_DISPATCH_PATH]; exit 4']),
    ).toBe('4 pg/0[][]\n');
    expect(await jujuExec(['-u', 'pg/0', '--', 'is-leader', '--format', 'json'])).toMatch(
      /^0 (true|false)\n$/,
    );
    expect(
      await jujuExec(['pg/0', '-r', 'peer:0', 'echo $JUJU_REMOTE_UNIT.$JUJU_REMOTE_APP.$JUJU_RELATION']),
    ).toBe('0 pg/1..peer\n');
    expect(await jujuExec(['pg/0', 'relation-set -r peer:0 from=exec'])).toBe('0 ');
    const { units } = await model.admin.call('bags', { relationId: 0 });
    expect(units['pg/0']).toMatchObject({ from: 'exec' });
    expect(await jujuExec(['pg/9', 'true'])).toBe('1 ERROR unit "pg/9" not found on this machine\n');
    expect(await jujuExec(['pg/0', 'true'], { JUJU_CONTEXT_ID: 'x' })).toMatch(
      /^1 ERROR juju-exec cannot be called from within a hook/,
    );
    const woken = '[ $JUJU_DISPATCH_PATH = hooks/own ] && echo $JUJU_DISPATCH_PATH';
    expect(await jujuExec(['pg/0', `JUJU_DISPATCH_PATH=hooks/own bash -c '${woken}'`])).toBe('0 hooks/own\n');
  });

  test('juju-exec waits for the hook that runs', async () => {
    model.behave('pg/0', 'while [ ! -e $JUJU_CHARM_DIR/../go ]; do sleep 0.02; done; juju-log "hook over"');
    await model.admin.call('fault.repeatEvent', { unit: 'pg/0', hook: 'config-changed' });
    await model.until('the hook runs', async () => {
      const status = await model.admin.call('status', {});
      return (
        status.applications['pg']?.units?.['pg/0']?.['juju-status'].message === 'running config-changed hook'
      );
    });
    const waiting = jujuExec(['pg/0', 'juju-log "exec here"']);
    await promisify(execFile)('touch', [`${root()}/var/lib/juju/agents/unit-pg-0/go`]);
    expect(await waiting).toBe('0 ');
    await model.until('both were logged', async () => {
      const { lines } = await model.admin.call('log', { units: ['pg/0'] });
      const said = lines.map((line) => line.message).filter((text) => /hook over|exec here/.test(text));
      return (
        said.slice(-3).join() === 'hook over,hook over,exec here' ||
        said.slice(0, 2).join() === 'hook over,exec here'
      );
    });
  });
});
