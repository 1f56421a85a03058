import { chmodSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { zipCharm } from '../../../testbed/api/index.ts';
import { probe } from './probe.ts';
import { charm, events, inEachMode, leaveScript, type Stage, stages } from './stage.ts';

// Traps that charm authors hit and that no other file of this suite shows.

const on = stages('traps', async (stage) => {
  const { model } = stage;
  await model.deploy(await charm(stage, 'server'));
  await model.deploy(await charm(stage, 'client'), { to: ['0'] });
  await model.deploy(await charm(stage, 'client'), { application: 'visitor', to: ['0'] });
  await model.integrate('server:db', 'client');
  await model.waitSettled();
});

inEachMode((juju) => {
  let stage: Stage;
  let db = 0;
  beforeAll(async () => {
    stage = on(juju);
    db = (await stage.model.relations()).find((relation) => relation.endpoints.length === 2)?.id ?? 0;
  });
  const inError = (unit: string) =>
    stage.model.waitFor(async () => (await stage.model.unit(unit))?.['workload-status'].current === 'error');

  test('what a hook publishes reaches nobody before the hook ends, however long it takes', async () => {
    const { model } = stage;
    const machine = await model.machineOf('server/0');
    const shell = `relation-set -r db:${db} endpoint=new; touch /tmp/published; while [ ! -e /tmp/refreshed ]; do sleep 0.05; done`;
    await leaveScript(stage, 'server/0', 'update-status', shell);
    await model.faults.repeat({ unit: 'server/0', hook: 'update-status' });
    await model.waitFor(async () => (await machine.exec('test -e /tmp/published')).exitCode === 0);
    expect((await model.bags(db)).units['server/0']).not.toHaveProperty('endpoint');
    await machine.sh('touch /tmp/refreshed');
    await model.waitSettled();
    expect((await model.bags(db)).units['server/0']).toMatchObject({ endpoint: 'new' });
    await leaveScript(stage, 'server/0', 'update-status', '');
  });

  test('a unit in error hears of nothing, not even of the option that would help it', async () => {
    const { model } = stage;
    await model.setModelConfig({ 'automatically-retry-hooks': false });
    await leaveScript(stage, 'server/0', 'db-relation-changed', 'exit 1');
    await model.exec('client/0', `relation-set -r db:${db} bad=input`);
    await inError('server/0');
    const before = (await events(stage, 'server/0')).length;
    await model.setConfig('server', { port: 9000 });
    await model.waitSettled({ except: ['server/0'] });
    expect((await events(stage, 'server/0')).length).toBe(before);
    await leaveScript(stage, 'server/0', 'db-relation-changed', '');
    await model.resolved('server/0');
    await model.waitSettled();
    await model.setModelConfig({ 'automatically-retry-hooks': true });
    expect((await events(stage, 'server/0')).slice(before)).toContain('config-changed');
  });

  test('update-status comes by the interval that the operator sets', async () => {
    const { model } = stage;
    const before = (await events(stage, 'client/0')).length;
    await model.setModelConfig({ 'update-status-hook-interval': '1s' });
    await model.waitFor(
      async () =>
        (await events(stage, 'client/0')).slice(before).filter((e) => e === 'update-status').length >= 2,
    );
    await model.setModelConfig({ 'update-status-hook-interval': '24h' });
  });

  test('secrets and bags are committed apart up to 3.6, together in 4.0', async () => {
    if (juju === '2.9') return;
    const { model } = stage;
    const [added] = await probe(stage, 'server/0', ['secret-add --label torn abc=one']);
    const uri = added?.stdout.trim() ?? '';
    await model.setModelConfig({ 'automatically-retry-hooks': false });
    await leaveScript(
      stage,
      'server/0',
      'update-status',
      `secret-set ${uri} abc=two; relation-set -r db:${db} torn=yes`,
    );
    await model.faults.failCommits('server/0', 1);
    await model.faults.repeat({ unit: 'server/0', hook: 'update-status' });
    await inError('server/0');
    expect((await model.bags(db)).units['server/0']).not.toHaveProperty('torn');
    expect(await model.secretContent(uri)).toEqual({ abc: juju === '4.0' ? 'one' : 'two' });
    await leaveScript(stage, 'server/0', 'update-status', '');
    await model.resolved('server/0', { retry: false });
    await model.setModelConfig({ 'automatically-retry-hooks': true });
    await model.waitSettled();
  });

  test('dispatch without its run bit packs well and fails at install', async () => {
    const { model } = stage;
    const folder = mkdtempSync(join(tmpdir(), 'dispatch-'));
    cpSync(new URL('../charms/dispatcher', import.meta.url).pathname, join(folder, 'charm'), {
      recursive: true,
    });
    chmodSync(join(folder, 'charm/dispatch'), 0o644);
    const path = await zipCharm(join(folder, 'charm'), join(folder, 'dispatcher.charm'));
    await model.deploy(path, { application: 'broken', to: ['0'] });
    await inError('broken/0');
    expect((await model.unit('broken/0'))?.['workload-status'].message).toBe('hook failed: "install"');
    rmSync(folder, { recursive: true });
    await model.removeUnit('broken/0', { force: true });
    await model.waitGone('broken/0');
  });

  test('relation ids are sorted as strings', async () => {
    const { model } = stage;
    const answers = new Set<number>();
    // Identifiers only grow: relations are made until two of them straddle a power of ten.
    for (let id = 0; id < 9; ) {
      id = await model.integrate('server:db', 'visitor');
      if (id < 9) await model.removeRelation(id, { force: true });
      answers.add(id);
      await model.waitSettled();
    }
    await model.removeRelation(db);
    await model.waitSettled();
    db = await model.integrate('server:db', 'client');
    await model.waitSettled();
    const ids = [db, Math.max(...answers)].map((id) => `db:${id}`).sort();
    expect((await model.exec('server/0', 'relation-ids db --format json')).stdout).toBe(
      `${JSON.stringify(ids)}\n`,
    );
  });

  test('in -departed the unit is no longer listed, but its bag can be read', async () => {
    const { model } = stage;
    await model.exec('client/0', `relation-set -r db:${db} last=words`);
    await model.waitSettled();
    const shell =
      'relation-list --format json >/tmp/departed; relation-get last "$JUJU_REMOTE_UNIT" >>/tmp/departed';
    await leaveScript(stage, 'server/0', 'db-relation-departed', shell);
    await model.removeUnit('client/0');
    await model.waitGone('client/0');
    await model.waitSettled();
    expect(await (await model.machineOf('server/0')).read('/tmp/departed')).toBe('[]\nwords\n');
    await leaveScript(stage, 'server/0', 'db-relation-departed', '');
  });

  test('a relation that was deleted behind the back of the agent', async () => {
    const { model } = stage;
    const visitor =
      (await model.relations()).find((r) => r.endpoints.some((e) => e.application === 'visitor'))?.id ?? 0;
    await model.faults.hold('server/0', 'db-relation-(departed|broken)');
    await model.removeRelation(visitor, { force: true });
    await model.waitFor(async () => !(await model.relations()).some((relation) => relation.id === visitor));
    const read = await model.exec('server/0', `relation-get -r db:${visitor} - visitor/0`);
    expect(read.exitCode).not.toBe(0);
    expect(read.stderr).toMatch(juju === '4.0' ? /relation not found/ : /permission denied/);
    await model.faults.release('server/0');
    await model.waitSettled();
  });
});
