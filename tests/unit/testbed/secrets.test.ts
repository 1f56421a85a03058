import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JujuMode } from '../../../testbed/protocol/admin.ts';
import { type SmallModel, smallModel } from './small-model.ts';

const modes: JujuMode[] = ['3.6', '4.0'];

describe.each(modes)('secrets under Juju %s', (juju) => {
  let model: SmallModel;
  let uri = '';
  const run = async (command: string, unit = 'pg/0'): Promise<string> => {
    const { results } = await model.exec(unit, command);
    return `${String(results['return-code'])} ${String(results['stdout'] ?? '')}${String(results['stderr'] ?? '')}`;
  };
  beforeAll(async () => {
    model = await smallModel(juju);
    const ends = 'provides: {db: {interface: d}}\n';
    await model.deploy(model.charm('pg', { metadata: ends }));
    await model.deploy(model.charm('app', { metadata: 'requires: {db: {interface: d}}\n' }));
    await model.admin.call('integrate', { a: 'pg', b: 'app' });
    await model.settle();
  });
  afterAll(() => model.end());

  test('added, read by its maker before and after the commit', async () => {
    const text = await run('u=$(secret-add --label pw password=s3cret); echo $u; secret-get $u password');
    expect(text).toMatch(/^0 secret:[0-9a-v]{20}\ns3cret\n$/);
    uri = text.slice(2).split('\n')[0] ?? '';
    expect(await run('secret-get --label pw')).toBe('0 password: s3cret\n');
    expect(await run('secret-ids')).toBe(`0 ${uri.slice(7)}\n`);
    expect(await run('secret-add ab=x')).toBe('2 ERROR key "ab" not valid\n');
  });

  test('readable after a grant only; pinned until refreshed', async () => {
    expect(await run(`secret-get ${uri}`, 'app/0')).toBe('1 ERROR permission denied\n');
    await run(`secret-grant ${uri} -r db:0`);
    expect(await run(`secret-get ${uri} --label theirs`, 'app/0')).toBe('0 password: s3cret\n');
    await run(`secret-set ${uri} password=new`);
    await model.settle();
    expect((await model.ran('app/0')).at(-1)).toBe('secret-changed');
    expect(await run('secret-get --label theirs --peek', 'app/0')).toBe('0 password: new\n');
    expect(await run('secret-get --label theirs', 'app/0')).toBe('0 password: s3cret\n');
    expect(await run('secret-get --label theirs --refresh --format json', 'app/0')).toBe(
      '0 {"password":"new"}\n',
    );
    expect(await run('secret-get --label theirs password', 'app/0')).toBe('0 new\n');
    // The owner read revision 1 too and lets it go as the last one.
    expect(await run('secret-get --label pw --refresh')).toBe('0 password: new\n');
    await model.settle();
    expect((await model.ran('pg/0')).at(-1)).toBe('secret-remove');
  });

  test('rotation and expiry come with the clock', async () => {
    await run(`secret-set ${uri} --rotate hourly --expire 2h`);
    await model.admin.call('clock.advance', { ms: 3_700_000 });
    await model.settle();
    expect((await model.ran('pg/0')).at(-1)).toBe('secret-rotate');
    await model.admin.call('clock.advance', { ms: 3_700_000 });
    await model.settle();
    expect((await model.ran('pg/0')).slice(-2).toSorted()).toEqual(['secret-expired', 'secret-rotate']);
  });

  test('what a failed hook did is undone', async () => {
    model.behave(
      'pg/0',
      `secret-set ${uri} password=lost; [ -e $JUJU_CHARM_DIR/../once ] || { touch $JUJU_CHARM_DIR/../once; exit 1; }`,
    );
    await model.admin.call('fault.repeatEvent', { unit: 'pg/0', hook: 'update-status' });
    await model.until('the failure', async () => {
      const { hooks } = await model.admin.call('history', { unit: 'pg/0' });
      return hooks.at(-1)?.exitCode === 1;
    });
    expect((await model.admin.call('secretContent', { uri })).content).toEqual({ password: 'new' });
    await model.settle();
    expect((await model.admin.call('secretContent', { uri })).content).toEqual({ password: 'lost' });
    model.behave('pg/0', '');
  });

  test('the grant goes with the relation', async () => {
    await model.admin.call('removeRelation', { a: 'pg', b: 'app' });
    await model.settle();
    expect(await run(`secret-get ${uri}`, 'app/0')).toBe('1 ERROR permission denied\n');
    expect(await run(`secret-remove ${uri}`)).toBe('0 ');
    expect(await run(`secret-get ${uri}`)).toBe(`1 ERROR secret "${uri.slice(7)}" not found\n`);
  });
});
