import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toolCount } from '../../../src/juju/ask.ts';
import { configGet, goalState, ingressAddress, isLeader } from '../../../src/juju/model.ts';
import { applicationBag, relationIds, relationList, setBag, unitBag } from '../../../src/juju/relations.ts';
import { secretByLabel, secretGet } from '../../../src/juju/secrets.ts';
import { openPort } from '../../../src/juju/status.ts';
import { mountPoint } from '../../../src/juju/storage.ts';
import { HookCommandError, runTool } from '../../../src/juju/tool.ts';

/** Programs of our own stand where an agent would put the hook commands: what matters here is how their answers are read. */
let folder = '';
const path = process.env['PATH'];

function tool(name: string, body: string): void {
  const file = join(folder, name);
  writeFileSync(file, `#!/bin/sh\n${body}\n`);
  chmodSync(file, 0o755);
}
const prints = (name: string, text: string): void => tool(name, `printf '%s\\n' '${text}'`);
const fails = (name: string, text: string, code = 1): void =>
  tool(name, `echo 'ERROR ${text}' >&2; exit ${code}`);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hook-commands-'));
  process.env['PATH'] = `${folder}:${path}`;
});
afterAll(() => {
  process.env['PATH'] = path;
  rmSync(folder, { recursive: true });
});

describe('answers of Juju, in all the forms it gives them', () => {
  test.each(['null', '{}', ''])('an empty bag printed as %o', async (text) => {
    prints('relation-get', text);
    expect(await unitBag('db:1', 'webapp/0')).toEqual({});
  });

  test('a number in a bag is its text', async () => {
    prints('relation-get', '{"port": 5432, "host": "10.0.0.1"}');
    expect(await unitBag('db:1', 'webapp/0')).toEqual({ port: '5432', host: '10.0.0.1' });
  });

  test('storage that is attached and of which Juju does not tell where is not none', async () => {
    prints('storage-list', '["pgdata/0"]');
    prints('storage-get', '{"kind":"filesystem","location":"/srv/pgdata"}');
    expect(await mountPoint('pgdata')).toBe('/srv/pgdata');
    fails('storage-get', 'connection is shut down');
    await expect(mountPoint('pgdata')).rejects.toThrow(HookCommandError);
    fails('storage-get', 'storage attachment not found');
    expect(await mountPoint('pgdata')).toBeNull();
    prints('storage-list', '[]');
    expect(await mountPoint('pgdata')).toBeNull();
  });

  test('relation ids come in numeric order', async () => {
    prints('relation-ids', '["db:10","db:9"]');
    expect(await relationIds('db')).toEqual(['db:9', 'db:10']);
    prints('relation-ids', 'null');
    expect(await relationIds('db')).toEqual([]);
  });

  test.each([
    'permission denied',
    'relation not found',
    'invalid value "db:7" for option -r: relation not found',
  ])('a relation that is gone (%s) is empty', async (text) => {
    for (const name of ['relation-get', 'relation-list', 'relation-set']) fails(name, text, 2);
    expect(await unitBag('db:7', 'webapp/0')).toEqual({});
    expect(await applicationBag('db:7', 'webapp')).toBeNull();
    expect(await relationList('db:7')).toEqual([]);
    await setBag('db:7', 'unit', { host: '10.0.0.1' });
  });

  test('a bag is written through stdin, never as arguments', async () => {
    const seen = join(folder, 'seen');
    tool('relation-set', `echo "$@" > ${seen}; cat >> ${seen}`);
    await setBag('db:1', 'application', { password: 'topsecret' });
    const [args = '', input = ''] = readFileSync(seen, 'utf8').split('\n');
    expect(args).toBe('-r db:1 --app --file -');
    expect(JSON.parse(input)).toEqual({ password: 'topsecret' });
  });

  test('options without a value are left out', async () => {
    prints('config-get', '{"version": "15", "locale": null, "idle_reap_secs": 900}');
    expect(await configGet()).toEqual({ version: '15', idle_reap_secs: 900 });
  });

  test('a unit that cannot tell whether it leads does not lead', async () => {
    fails('is-leader', 'leadership status unknown');
    expect(await isLeader()).toBe(false);
  });

  test('an agent without goal-state is no reason to fail', async () => {
    fails('goal-state', 'unrecognized command', 2);
    expect(await goalState()).toBeNull();
    prints('goal-state', '{"units":{"pg/0":{"status":"dying","since":"now"}},"relations":null}');
    expect(await goalState()).toEqual({ units: { 'pg/0': 'dying' }, relations: {} });
  });

  test('addresses: ingress, else bound, else none', async () => {
    prints('network-get', '{"ingress-addresses":["10.1.2.3"],"bind-addresses":[]}');
    expect(await ingressAddress('db', null)).toBe('10.1.2.3');
    prints('network-get', '{"bind-addresses":[{"addresses":[{"value":"10.1.2.4"}]}]}');
    expect(await ingressAddress('db', 'db:1')).toBe('10.1.2.4');
    fails('network-get', 'no network config found for binding "db"');
    expect(await ingressAddress('db', null)).toBeNull();
  });

  test('secrets that are not there', async () => {
    fails('secret-get', 'secret "abc" not found');
    fails('secret-info-get', 'secret "credentials" not found');
    expect(await secretGet('secret:abc')).toBeNull();
    expect(await secretByLabel('credentials')).toBeNull();
  });
});

describe('a command that fails', () => {
  test('is an error that names it, its code and what it said, and not its arguments', async () => {
    fails('status-set', 'invalid status "fine"', 2);
    const error = await runTool('status-set', ['fine', 'topsecret']).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(HookCommandError);
    expect(String(error)).toBe('HookCommandError: status-set failed (2): invalid status "fine"');
  });

  test('says so when there is no such command', async () => {
    await expect(runTool('no-such-hook-command', [])).rejects.toThrow('not a Juju unit');
  });

  test('is an error when it does not answer in JSON', async () => {
    for (const nothing of ['', 'null', '{}']) {
      prints('config-get', nothing);
      await expect(configGet(), nothing).rejects.toThrow('it names no option');
    }
    prints('config-get', 'not json');
    await expect(configGet()).rejects.toThrow('did not answer in JSON');
  });

  test('every command is counted', async () => {
    prints('is-leader', 'true');
    const before = toolCount();
    await Promise.all([isLeader(), isLeader()]);
    expect(toolCount() - before).toBe(2);
  });
});

describe('a port', () => {
  test('that another unit of the machine has opened is a refusal to be shown, not a hook error', async () => {
    fails('open-port', 'cannot open 5432/tcp (unit pg/0): port range conflicts with 5432/tcp (unit pgb/0)');
    const refused = openPort(5432);
    await expect(refused).rejects.toThrow(
      /5432 cannot be opened: .*conflicts with 5432\/tcp \(unit pgb\/0\)/,
    );
    await expect(refused).rejects.not.toBeInstanceOf(HookCommandError);
  });

  test('that cannot be opened for another reason fails the hook, which Juju repeats', async () => {
    fails('open-port', 'connection is shut down');
    await expect(openPort(5432)).rejects.toBeInstanceOf(HookCommandError);
  });
});
