import { afterAll, describe, expect, test } from 'vitest';
import type { Model } from '../../testbed/api/index.ts';
import { waitCluster } from './support/cluster/members.ts';
import { decisionOf, giveUp, look } from './support/cluster/operator.ts';
import { statusOf } from './support/cluster/published.ts';
import { deployServer, openStory, server } from './support/deployment.ts';
import { oneStory } from './support/one-story.ts';
import { serverSql } from './support/server-sql.ts';

// Volumes that go away under a server, and come back: what was there is missing, not absent.

const standby = 'postgresql/1';
const volume = '/srv/pgdata/0';
const away = /^blocked: Its data is missing: nothing is mounted at \/srv\/pgdata\/0: .*failover/;
const missing = /its data is missing.*failover/;

let model: Model;

oneStory();
afterAll(async () => {
  for (const each of models) await each.destroy();
});

const models: Model[] = [];

async function open(name: string): Promise<void> {
  model = await openStory(name);
  models.push(model);
}

const on = async (unit: string, command: string): Promise<string> =>
  (await model.machineOf(unit)).sh(command);

/** The volume by another name, from where it can be mounted again. */
const volumeItself = '/run/volume';

/** Mounts the volume again, and has the charm look. */
async function mountAgain(unit: string, at: string): Promise<void> {
  await on(unit, `mount --bind ${volumeItself} ${at}`);
  await look(model, unit);
}

const underMount = (unit: string, at: string): Promise<string> => on(unit, `ls -A ${at}`);

describe('a primary that leads and a standby, each with its data on a volume', () => {
  let epoch = 0;

  test('are deployed', async () => {
    await open('ownership-volumes');
    await deployServer(model, { units: 2, storage: { pgdata: '512M' } });
    await model.faults.takeLeadership('postgresql', server);
    await waitCluster(model, 1, { primary: server });
    for (const [unit, at] of [
      [server, volume],
      [standby, '/srv/pgdata/1'],
    ] as const) {
      await on(unit, `mkdir ${volumeItself} && mount --bind ${at} ${volumeItself}`);
    }
    await serverSql(model, server, 'CREATE TABLE kept AS SELECT 1 AS number');
    ({ epoch } = await decisionOf(model));
  });

  test('a primary whose volume is away for a moment stops, says so, and nobody takes over', async () => {
    await on(server, `systemctl stop postgresql@15-main && umount ${volume}`);
    await model.waitFor(async () => away.test(await statusOf(model, server)), { describe: 'it says so' });
    await look(model, standby);
    await look(model, server);
    expect((await model.status()).applications['postgresql']?.['application-status'].message).toMatch(
      missing,
    );
    expect((await decisionOf(model)).epoch).toBe(epoch);
    expect(await underMount(server, volume)).toBe('');
  });

  test('it goes on as it was when the volume is back', async () => {
    await mountAgain(server, volume);
    await waitCluster(model, 1, { primary: server });
    expect(await serverSql(model, server, 'SELECT number FROM kept')).toEqual(['1']);
    expect((await decisionOf(model)).epoch).toBe(epoch);
  });

  test('a server whose volume was taken from under it is stopped, by the process beside it within seconds', async () => {
    await on(server, `umount --lazy ${volume}`);
    await model.waitFor(async () => away.test(await statusOf(model, server)), { describe: 'it says so' });
    await model.waitSettled();
    expect(await on(server, 'pgrep -x postgres || echo none')).toBe('none\n');
    expect((await decisionOf(model)).epoch).toBe(epoch);
    expect(await underMount(server, volume)).toBe('');
    await mountAgain(server, volume);
    await waitCluster(model, 1, { primary: server });
    const log = await on(server, 'tail -n 40 /var/log/postgresql/postgresql-15-main.log');
    expect(log).not.toMatch(/not properly shut down/);
  });

  test('a standby waits for its volume too, and makes no copy under its mount point', async () => {
    const own = '/srv/pgdata/1';
    await on(standby, `systemctl stop postgresql@15-main && umount ${own}`);
    await look(model, standby);
    expect(await statusOf(model, standby)).toMatch(/^blocked: Its data is missing: nothing is mounted/);
    expect(await underMount(standby, own)).toBe('');
    await mountAgain(standby, own);
    await waitCluster(model, 1, { primary: server });
  });

  test('an operator gives the primary up whose volume does not come back', async () => {
    await on(server, `systemctl stop postgresql@15-main && umount ${volume}`);
    await look(model, server);
    await look(model, standby);
    await giveUp(model, server);
    await model.waitFor(async () => (await statusOf(model, standby)).startsWith('active: Live master'));
    expect(await statusOf(model, server)).toMatch(away);
    expect(await underMount(server, volume)).toBe('');
    await mountAgain(server, volume);
    await waitCluster(model, 1, { primary: standby });
  });

  test('no hook has failed in all that', () => expectNoFailedHook(server, standby));
});

describe('storage that is kept, given to another unit, and added later', () => {
  const kept = '/srv/pgdata/0/15/main';
  const statusIs = (unit: string, words: RegExp): Promise<true> =>
    model.waitFor(async () => (words.test(await statusOf(model, unit)) ? true : null), {
      describe: `${unit} says ${words}`,
      timeoutMs: 240_000,
    });

  test('outlives its unit', async () => {
    await open('ownership-storage');
    await deployServer(model, { storage: { pgdata: '256M' } });
    await deployServer(model, { application: 'plain' });
    await statusIs(server, /^active: Live master/);
    await serverSql(model, server, 'CREATE TABLE kept AS SELECT 1 AS number');
    await model.removeApplication('postgresql');
    await model.waitGone(server);
  });

  test('with data of another major is refused and named: nothing is made beside it', async () => {
    await deployServer(model, { application: 'newer', base: 'trixie', attachStorage: ['pgdata/0'] });
    await statusIs(
      'newer/0',
      /^blocked: Storage pgdata .* holds data of PostgreSQL 15 in \/srv\/pgdata\/0\/15\/main/,
    );
    await model.waitSettled();
    expect(await on('newer/0', 'ls /srv/pgdata/0')).toMatch(/^15\n(lost\+found\n)?$/);
    expect(await on('newer/0', 'pgrep -x postgres || echo none')).toBe('none\n');
    await on('newer/0', `chown -R 4711:4711 ${kept}`);
    await expectNoFailedHook('newer/0');
    await model.removeApplication('newer');
    await model.waitGone('newer/0');
  });

  test('with data of another account is left alone until it is given back', async () => {
    await deployServer(model, { application: 'again', attachStorage: ['pgdata/0'] });
    const command = `chown -R postgres:postgres ${kept}`;
    await statusIs('again/0', /^blocked: .*belongs to account 4711.*chown -R postgres:postgres/);
    await on('again/0', command);
    await look(model, 'again/0');
    await statusIs('again/0', /^active: Live master/);
    expect(await serverSql(model, 'again/0', 'SELECT number FROM kept')).toEqual(['1']);
  });

  test('is let go of cleanly, and its unit goes on when it is back', async () => {
    await model.client.call('detachStorage', { id: 'pgdata/0' });
    await statusIs('again/0', /^blocked: .*(detached|missing)/);
    await model.waitSettled();
    expect(await on('again/0', 'pgrep -x postgres || echo none')).toBe('none\n');
    await look(model, 'again/0');
    expect(await statusOf(model, 'again/0')).toMatch(/^blocked: Its data is missing/);
    await model.client.call('attachStorage', { unit: 'again/0', id: 'pgdata/0' });
    await statusIs('again/0', /^active: Live master/);
    expect(await serverSql(model, 'again/0', 'SELECT number FROM kept')).toEqual(['1']);
  });

  test('that is added later is named as not used', async () => {
    await statusIs('plain/0', /^active: Live master/);
    const { ids } = await model.client.call('addStorage', { unit: 'plain/0', name: 'pgdata', spec: '64M' });
    await statusIs('plain/0', /^blocked: Live master .*storage pgdata at .* is not used: the data stays in/);
    await model.client.call('detachStorage', { id: ids[0] ?? '' });
    await statusIs('plain/0', /^active: Live master/);
    await expectNoFailedHook('plain/0', 'again/0');
  });
});

async function expectNoFailedHook(...units: string[]): Promise<void> {
  const hooks = (await Promise.all(units.map((unit) => model.history(unit)))).flat();
  const failed = hooks.filter(({ exitCode, error }) => exitCode !== 0 || error !== null);
  // An action that refuses is none of them.
  expect(failed.filter(({ hook }) => !hook.startsWith('action:'))).toEqual([]);
}
