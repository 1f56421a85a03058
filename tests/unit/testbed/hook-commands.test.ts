import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JujuMode } from '../../../testbed/protocol/admin.ts';
import { type SmallModel, smallModel } from './small-model.ts';

const modes: JujuMode[] = ['2.9', '3.6', '4.0'];

describe.each(modes)('hook commands under Juju %s', (juju) => {
  let model: SmallModel;
  /** Exit code, then stdout, then stderr, as one text. */
  const run = async (command: string, unit = 'pg/0'): Promise<string> => {
    const { results } = await model.exec(unit, command);
    return `${String(results['return-code'])} ${String(results['stdout'] ?? '')}${String(results['stderr'] ?? '')}`;
  };
  beforeAll(async () => {
    model = await smallModel(juju);
    const charm = model.charm('pg', {
      metadata: 'peers: {peer: {interface: p}}\nprovides: {db: {interface: d}}\n',
      'config.yaml': 'options: {b: {type: boolean, default: true}, i: {type: int, default: 7}, u: {}}\n',
    });
    await model.deploy(charm, { units: 2 });
    await model.deploy(model.charm('app', { metadata: 'requires: {db: {interface: d}}\n' }));
    await model.admin.call('integrate', { a: 'pg', b: 'app' });
    await model.settle();
  });
  afterAll(() => model.end());

  test('config-get', async () => {
    expect(await run('config-get --format json')).toBe('0 {"b":true,"i":7}\n');
    expect(await run('config-get --all --format json')).toBe('0 {"b":true,"i":7,"u":null}\n');
    expect(await run('config-get b')).toBe('0 True\n');
    expect(await run('config-get u --format json')).toBe('0 null\n');
    expect(await run('config-get nothing')).toBe('0 ');
    expect(await run('config-get --all b')).toBe('2 ERROR cannot use argument --all together with key\n');
    expect(await run('config-get --format xml b')).toMatch(/^2 ERROR .*unknown format "xml"\n$/);
  });

  test('relation-ids, relation-list', async () => {
    expect(await run('relation-ids db --format json')).toBe('0 ["db:1"]\n');
    expect(await run('relation-ids nothing --format json')).toBe('0 []\n');
    expect(await run('relation-ids')).toMatch(/^2 ERROR /);
    expect(await run('relation-list -r 1 --format json')).toBe('0 ["app/0"]\n');
    expect(await run('relation-list -r db:1 --app')).toBe('0 app\n');
    expect(await run('relation-list -r 9')).toMatch(/^2 ERROR .*relation not found/);
    expect(await run('relation-list -r x')).toMatch(/^2 ERROR .*invalid relation id/);
    expect(await run('relation-list')).toBe('2 ERROR no relation id specified\n');
  });

  test('relation-get and relation-set', async () => {
    const keys = await run('relation-get -r db:1 --format json - pg/0');
    expect(keys.includes('private-address')).toBe(juju !== '4.0');
    expect(await run('relation-get -r 1 nothing pg/0 --format json')).toBe('0 null\n');
    expect(await run('relation-get -r 1 k app')).toBe(
      '2 ERROR expected unit name, got application name "app"\n',
    );
    expect(await run('relation-get -r 1')).toBe('2 ERROR no unit or application specified\n');
    expect(await run('relation-get -r 1 --app --format json - app/0')).toBe('0 {}\n');
    expect(await run('relation-set -r 1 a=1 a=2')).toMatch(/^2 ERROR /);
    expect(
      await run(
        'echo "a: 1\nb: \'<x>\'" | relation-set -r 1 --file - a=2; relation-get -r 1 - pg/0 --format json',
      ),
    ).toContain('"a":"2","b":"\\u003cx\\u003e"');
    expect(await run('relation-set -r 1 a= b=; relation-get -r 1 a pg/0')).toBe('0 ');
  });

  test.each([
    ['a: "\\302\\200"', /control characters are not allowed/],
    ['a: "\\357\\277\\276"', /control characters are not allowed/],
    ['a: "x\\177"', /control characters are not allowed/],
    ['a: "\\377"', /invalid UTF-8/],
    ['{"a": "\\\\ud83d\\\\ude00"}', /invalid Unicode character escape code/],
  ])('relation-set refuses %s, which its YAML parser does not take', async (text, reason) => {
    expect(await run(`printf '${text}' | relation-set -r 1 --file -`)).toMatch(reason);
  });

  test('relation-set takes escapes of what it does not take as it is', async () => {
    const write = `printf '{"a": "\\\\u0085\\\\ufffe\\360\\237\\230\\200"}' | relation-set -r 1 --file -`;
    expect(await run(`${write}; relation-get -r 1 a pg/0 --format json`)).toBe('0 "\u0085\ufffe\u{1f600}"\n');
  });

  test('who may read which bag', async () => {
    const status = await model.admin.call('status', {});
    const units = Object.entries(status.applications['pg']?.units ?? {});
    const leader = units.find(([, unit]) => unit.leader === true)?.[0] ?? '';
    const other = units.find(([, unit]) => unit.leader !== true)?.[0] ?? '';
    expect(await run('relation-get -r db:1 --app - pg', leader)).toBe('0 {}\n');
    expect(await run('relation-get -r db:1 --app - pg', other)).toBe('1 ERROR permission denied\n');
    expect(await run('relation-get -r peer:0 --app - pg', other)).toBe('0 {}\n');
    expect(await run(`relation-get -r peer:0 ingress-address ${leader}`, other)).toMatch(/^0 127/);
    expect(await run('relation-get -r peer:0 - app/0', other)).toBe('1 ERROR permission denied\n');
  });

  test('leader settings, secrets, private-address: each where it exists', async () => {
    expect(await run('leader-get')).toMatch(juju === '4.0' ? /^127 .*not found/ : /^0 \{\}/);
    expect(await run('secret-ids --format json')).toMatch(juju === '2.9' ? /^127 .*not found/ : /^0 null\n/);
    expect(await run('state-get --format json')).toBe(juju === '4.0' ? '0 null\n' : '0 {}\n');
  });

  test('state, ports, status, network', async () => {
    expect(await run('state-set a=1 b=2; state-get a; state-delete a; state-get --format json')).toBe(
      '0 1\n{"b":"2"}\n',
    );
    expect(await run('state-get a --format json')).toBe('0 ""\n');
    expect(await run('state-get --strict a')).toBe('1 ERROR key "a" not found\n');
    expect(await run('open-port 5432; opened-ports --format json')).toBe('0 []\n');
    expect(await run('opened-ports --format json')).toBe('0 ["5432/tcp"]\n');
    expect(await run('opened-ports --endpoints')).toBe('0 5432/tcp (*)\n');
    expect(await run('status-set great')).toBe(
      '2 ERROR invalid status "great", expected one of [maintenance blocked waiting active]\n',
    );
    expect(await run('status-set active fine; status-get; status-get --format json')).toBe(
      '0 active\n{"status":"active"}\n',
    );
    expect(await run('status-get --include-data --format json')).toBe(
      '0 {"message":"fine","status":"active","status-data":{}}\n',
    );
    expect(await run('network-get db --bind-address')).toMatch(/^0 127\.0\.0\.1/);
    expect(await run('network-get nothing')).toBe('1 ERROR no network config found for binding "nothing"\n');
    expect(await run('unit-get other')).toBe('2 ERROR unknown setting "other"\n');
    expect(await run('storage-get')).toBe('2 ERROR no storage instance specified\n');
    expect(await run('resource-get x')).toBe('1 ERROR could not download resource: resource "x" not found\n');
    expect(await run('juju-reboot')).toMatch(/^1 ERROR/);
  });

  test('goal-state names own and remote units', async () => {
    const text = await run('goal-state --format json');
    const goal = JSON.parse(text.slice(2)) as { units: object; relations: Record<string, object> };
    expect(Object.keys(goal.units)).toEqual(['pg/0', 'pg/1']);
    expect(Object.keys(goal.relations['db'] ?? {})).toEqual(['app', 'app/0']);
  });

  test('a tool whose hook has ended, or of another context, is refused', async () => {
    const end = 'env -u X JUJU_CONTEXT_ID=pg/0-install-1 relation-ids db';
    expect(await run(end)).toMatch(/^1 ERROR bad request: bad context/);
  });
});
