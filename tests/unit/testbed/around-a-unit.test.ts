import { existsSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensureController } from '../../../testbed/controller/launch.ts';
import type { JujuMode } from '../../../testbed/protocol/admin.ts';
import { type SmallModel, smallModel } from './small-model.ts';

const modes: JujuMode[] = ['3.6', '4.0'];
const metadata = `
peers: {peer: {interface: p}}
provides: {host: {interface: h, scope: container}}
storage: {data: {type: filesystem, location: /srv/data, multiple: {range: 1+}}}
`;
const subordinate = `
subordinate: true
requires: {host: {interface: h, scope: container}, info: {interface: juju-info, scope: container}}
`;

describe.each(modes)('around a unit under Juju %s', (juju) => {
  let model: SmallModel;
  const since = async (unit: string, count: number) => (await model.ran(unit)).slice(count);
  const count = async (unit: string) => (await model.ran(unit)).length;
  beforeAll(async () => {
    model = await smallModel(juju);
    await model.deploy(model.charm('pg', { metadata }), { units: 2 });
    await model.deploy(model.charm('sub', { metadata: subordinate }));
  });
  afterAll(() => model.end());

  test('a subordinate comes to the machine of each principal and sees only its own', async () => {
    await model.admin.call('integrate', { a: 'pg:host', b: 'sub:host' });
    await model.settle();
    const status = await model.admin.call('status', {});
    const units = status.applications['pg']?.units ?? {};
    const names = Object.values(units).map((unit) => Object.keys(unit.subordinates ?? {}));
    expect(names.flat().toSorted()).toEqual(['sub/0', 'sub/1']);
    const [first = ''] = names[0] ?? [];
    expect(
      (await model.exec(first, 'relation-list -r host:1; echo $JUJU_PRINCIPAL_UNIT')).results['stdout'],
    ).toBe('pg/0\npg/0\n');
    expect(Object.keys(status.machines)).toHaveLength(2);
  });

  test('the machine lock: no two units of one machine run hooks at once', async () => {
    const script = 'd=$JUJU_CHARM_DIR/../..; mkdir $d/busy || exit 9; sleep 0.1; rmdir $d/busy';
    const status = await model.admin.call('status', {});
    const [sub = ''] = Object.keys(status.applications['pg']?.units?.['pg/0']?.subordinates ?? {});
    const tasks = await Promise.all([
      model.exec('pg/0', script),
      model.exec(sub, script),
      model.exec('pg/0', script),
    ]);
    expect(tasks.map((task) => task.results['return-code'])).toEqual([0, 0, 0]);
  });

  test('a removed principal takes its subordinate along', async () => {
    await model.admin.call('removeUnit', { unit: 'pg/1' });
    await model.settle();
    const status = await model.admin.call('status', {});
    expect(Object.keys(status.applications['pg']?.units ?? {})).toEqual(['pg/0']);
    expect(Object.keys(status.machines)).toHaveLength(1);
    const told = (await model.ran('pg/0')).includes('peer-relation-departed(pg/1)');
    expect(told).toBe(juju !== '4.0');
    const list = await model.exec('pg/0', 'relation-list -r peer:0 --format json');
    expect(list.results['stdout']).toBe(juju === '4.0' ? '["pg/1"]\n' : '[]\n');
  });

  test('removing the relation removes the subordinate', async () => {
    await model.admin.call('removeRelation', { a: 'pg', b: 'sub' });
    await model.settle();
    const status = await model.admin.call('status', {});
    expect(status.applications['pg']?.units?.['pg/0']?.subordinates).toBeUndefined();
  });

  test('storage: added, detached, attached to another unit with what is on it', async () => {
    const before = await count('pg/0');
    const { ids } = await model.admin.call('addStorage', { unit: 'pg/0', name: 'data', spec: '1' });
    const [id = ''] = ids;
    await model.settle();
    expect(await since('pg/0', before)).toEqual([`data-storage-attached(${id})`]);
    const found = await model.exec('pg/0', `storage-list data; storage-get -s ${id} location`);
    expect(found.results['stdout']).toMatch(new RegExp(`data/0\\n${id}\\n/srv/data/\\d\\n`));
    await model.admin.call('detachStorage', { id });
    await model.settle();
    expect((await model.ran('pg/0')).at(-1)).toBe(`data-storage-detaching(${id})`);
    const { units } = await model.admin.call('addUnit', { application: 'pg', attachStorage: [id] });
    await model.settle();
    expect((await model.ran(units[0] ?? ''))[0]).toBe(`data-storage-attached(${id})`);
  });

  test('new code: upgrade-charm, then config-changed, no start', async () => {
    const path = model.charm('pg', { metadata, 'new-file': 'new' });
    const { zipCharm } = await import('../../../testbed/api/charm-zip.ts');
    const charmPath = await zipCharm(path, `${path}.charm`);
    const before = await count('pg/0');
    expect(await model.admin.call('refresh', { application: 'pg', charmPath })).toEqual({ revision: 1 });
    await model.settle();
    expect(await since('pg/0', before)).toEqual(['upgrade-charm', 'config-changed']);
    expect((await model.exec('pg/0', 'cat new-file')).results['stdout']).toBe('new');
  });

  test('forced new code for a unit in error: the failed hook again, no upgrade-charm', async () => {
    await model.admin.call('model.setConfig', { set: { 'automatically-retry-hooks': false } });
    model.behave('pg/0', '[ -e fixed ] || exit 1');
    const before = await count('pg/0');
    await model.admin.call('fault.repeatEvent', { unit: 'pg/0', hook: 'update-status' });
    await model.until('an error', async () => (await count('pg/0')) > before);
    const path = model.charm('pg', { metadata, fixed: 'yes' });
    writeFileSync(`${path}/fixed2`, '');
    const { zipCharm } = await import('../../../testbed/api/charm-zip.ts');
    const charmPath = await zipCharm(path, `${path}.charm`);
    await model.admin.call('refresh', { application: 'pg', charmPath, force: true });
    await model.admin.call('resolved', { unit: 'pg/0', retry: true });
    await model.settle();
    expect(await since('pg/0', before)).toEqual(['update-status', 'update-status']);
    await model.admin.call('model.setConfig', { reset: ['automatically-retry-hooks'] });
  });

  test('a reboot brings one more start; juju-reboot --now runs the hook again', async () => {
    const before = await count('pg/0');
    await model.admin.call('machine.reboot', { machine: '0' });
    await model.until('a start', async () => (await count('pg/0')) > before);
    expect(await since('pg/0', before)).toEqual(['start']);
    model.behave(
      'pg/0',
      '[ -e $JUJU_CHARM_DIR/../rebooted ] || { touch $JUJU_CHARM_DIR/../rebooted; juju-reboot --now; sleep 9; }',
    );
    await model.admin.call('fault.repeatEvent', { unit: 'pg/0', hook: 'update-status' });
    await model.until('all of it', async () => (await count('pg/0')) >= before + 4);
    expect((await since('pg/0', before)).toSorted()).toEqual([
      'start',
      'start',
      'update-status',
      'update-status',
    ]);
    await model.settle();
  });

  test('a killed controller goes on from disk, and its agents with it', async () => {
    const { controllerPid } = await model.admin.call('model.info', {});
    const before = await model.admin.call('status', {});
    process.kill(controllerPid, 'SIGKILL');
    model.admin.close();
    model.admin = await ensureController('small');
    const after = await model.admin.call('status', {});
    expect(Object.keys(after.applications)).toEqual(Object.keys(before.applications));
    expect(existsSync(`${model.folder}/models/small/state.json`)).toBe(true);
  });
});
