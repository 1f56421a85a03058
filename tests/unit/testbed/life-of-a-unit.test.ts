import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JujuMode } from '../../../testbed/protocol/admin.ts';
import { type SmallModel, smallModel } from './small-model.ts';

const pgMetadata = `
peers: {peer: {interface: p}}
provides: {db: {interface: d}}
storage: {pgdata: {type: filesystem, location: /srv/pgdata}}
`;
// A folder is no charm for 4.0; what differs there is in other-versions.test.ts.
const modes: JujuMode[] = ['2.9', '3.6'];

describe.each(modes)('sequences under Juju %s', (juju) => {
  let model: SmallModel;
  let pg = '';
  let app = '';
  beforeAll(async () => {
    model = await smallModel(juju);
    pg = model.charm('pg', { metadata: pgMetadata });
    app = model.charm('app', { metadata: 'requires: {db: {interface: d}}\n' });
  });
  afterAll(() => model.end());

  test('deploy, add a unit, integrate, remove the leader', async () => {
    await model.admin.call('deploy', { charmPath: pg });
    await model.settle();
    const start = ['leader-elected', 'config-changed', 'start'];
    const first = ['pgdata-storage-attached(pgdata/0)', 'install', 'peer-relation-created'];
    expect(await model.ran('pg/0')).toEqual([...first, ...start]);

    await model.admin.call('addUnit', { application: 'pg' });
    await model.settle();
    expect(await model.ran('pg/1')).toEqual([
      'pgdata-storage-attached(pgdata/1)',
      'install',
      'peer-relation-created',
      'leader-settings-changed',
      'config-changed',
      'start',
      'peer-relation-joined(pg/0)',
      'peer-relation-changed(pg/0)',
    ]);
    expect((await model.ran('pg/0')).slice(6)).toEqual([
      'peer-relation-joined(pg/1)',
      'peer-relation-changed(pg/1)',
    ]);

    await model.admin.call('deploy', { charmPath: app });
    await model.settle();
    await model.admin.call('integrate', { a: 'pg', b: 'app' });
    await model.settle();
    const joined = ['db-relation-created', 'db-relation-joined(app/0)', 'db-relation-changed(app/0)'];
    expect((await model.ran('pg/0')).slice(8)).toEqual(joined);
    expect((await model.ran('pg/1')).slice(8)).toEqual(joined);

    await model.admin.call('removeUnit', { unit: 'pg/0' });
    await model.settle();
    const last = (await model.ran('pg/0')).slice(11);
    expect(last[0]).toBe('pgdata-storage-detaching(pgdata/0)');
    expect(last.slice(-2)).toEqual(['stop', 'remove']);
    expect(last.slice(1, -2).toSorted()).toEqual([
      'db-relation-broken',
      'db-relation-departed(app/0)',
      'peer-relation-departed(pg/1)',
    ]);
    const { hooks } = await model.admin.call('history', { unit: 'pg/0' });
    const departing = hooks
      .filter((hook) => hook.hook.endsWith('-departed'))
      .map((hook) => hook.departingUnit);
    expect(departing).toEqual(['pg/0', 'pg/0']);
    expect((await model.ran('pg/1')).slice(11)).toEqual(['peer-relation-departed(pg/0)', 'leader-elected']);
    expect((await model.ran('app/0')).at(-1)).toBe('db-relation-departed(pg/0)');
  });

  test('a relation that is removed: departed of each remote unit, then broken', async () => {
    await model.admin.call('removeRelation', { a: 'pg', b: 'app' });
    await model.settle();
    expect((await model.ran('pg/1')).slice(-2)).toEqual([
      'db-relation-departed(app/0)',
      'db-relation-broken',
    ]);
    const { hooks } = await model.admin.call('history', { unit: 'app/0' });
    expect(hooks.at(-2)).toMatchObject({
      hook: 'db-relation-departed',
      remoteUnit: 'pg/1',
      departingUnit: 'pg/1',
    });
    expect(hooks.at(-1)).toMatchObject({ hook: 'db-relation-broken', remoteUnit: null, remoteApp: 'pg' });
  });

  test('a removed application is gone, its relations too', async () => {
    await model.admin.call('integrate', { a: 'pg', b: 'app' });
    await model.settle();
    await model.admin.call('removeApplication', { application: 'pg' });
    await model.settle();
    const status = await model.admin.call('status', {});
    expect(Object.keys(status.applications)).toEqual(['app']);
    expect(status.relations).toEqual([]);
    expect(Object.keys(status.machines)).toHaveLength(1);
    expect((await model.ran('app/0')).slice(-2)).toEqual([
      'db-relation-departed(pg/1)',
      'db-relation-broken',
    ]);
  });
});
