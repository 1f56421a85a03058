import { existsSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type SmallModel, smallModel } from './small-model.ts';

describe('leadership', () => {
  let model: SmallModel;
  const home = () => `${model.folder}/models/small/machines/0/var/lib/juju/agents/unit-pg-0`;
  const hasBegun = () => existsSync(`${home()}/once`);
  const letGo = () => {
    writeFileSync(`${home()}/go`, '');
  };
  const leader = async () => {
    const status = await model.admin.call('status', {});
    const units = Object.entries(status.applications['pg']?.units ?? {});
    return units.find(([, unit]) => unit.leader === true)?.[0];
  };
  beforeAll(async () => {
    model = await smallModel('3.6');
    const charm = model.charm('pg', { metadata: 'peers: {peer: {interface: p}}\n' });
    await model.admin.call('deploy', { charmPath: charm });
    await model.settle();
    await model.admin.call('addUnit', { application: 'pg', count: 2 });
    await model.settle();
  });
  afterAll(() => model.end());

  test('time alone takes nothing from a leader that lives', async () => {
    await model.admin.call('clock.advance', { ms: 600_000 });
    expect(await leader()).toBe('pg/0');
    expect((await model.exec('pg/0', 'is-leader --format json')).results['stdout']).toBe('true\n');
  });

  test('only the leader writes the application bag; peers are told, the writer is not', async () => {
    const refused = await model.exec('pg/1', 'relation-set -r peer:0 --app k=v');
    expect(refused.results).toMatchObject({
      stderr: 'ERROR cannot write relation settings\n',
      'return-code': 1,
    });
    const before = await model.ran('pg/0');
    await model.exec('pg/0', 'relation-set -r peer:0 --app k=v; relation-get -r peer:0 --app k pg');
    await model.settle();
    expect((await model.ran('pg/1')).at(-1)).toBe('peer-relation-changed');
    expect((await model.ran('pg/0')).slice(before.length)).toEqual(['juju-exec']);
    expect((await model.exec('pg/2', 'relation-get -r peer:0 --app k pg')).results['stdout']).toBe('v\n');
  });

  test('leadership lost between the write and the commit fails the hook', async () => {
    model.behave(
      'pg/0',
      `if [ "$JUJU_HOOK_NAME" = update-status ] && [ ! -e $JUJU_CHARM_DIR/../once ]; then
         relation-set -r peer:0 --app k=w; touch $JUJU_CHARM_DIR/../once
         while [ ! -e $JUJU_CHARM_DIR/../go ]; do sleep 0.02; done; fi`,
    );
    await model.admin.call('fault.repeatEvent', { unit: 'pg/0', hook: 'update-status' });
    await model.until('the hook has begun', async () => hasBegun());
    await model.admin.call('fault.takeLeadership', { application: 'pg', toUnit: 'pg/1' });
    await model.until('pg/1 was elected', async () => (await model.ran('pg/1')).at(-1) === 'leader-elected');
    letGo();
    await model.settle();
    const { hooks } = await model.admin.call('history', { unit: 'pg/0' });
    const failed = hooks.find((hook) => hook.hook === 'update-status');
    expect(failed?.error).toContain('"pg/0" is not leader of "pg"');
    const { applications } = await model.admin.call('bags', { relationId: 0 });
    expect(applications['pg']).toEqual({ k: 'v' });
  });

  test('a dead leader keeps its lease until it runs out', async () => {
    await model.admin.call('machine.kill', { machine: '1' });
    expect(await leader()).toBe('pg/1');
    await model.admin.call('clock.advance', { ms: 61_000 });
    await model.settle();
    const now = await leader();
    expect(['pg/0', 'pg/2']).toContain(now);
    expect((await model.ran(now ?? '')).at(-1)).toMatch(/leader-/);
    await model.admin.call('machine.boot', { machine: '1' });
    await model.settle();
    expect(await leader()).toBe(now);
  });
});
