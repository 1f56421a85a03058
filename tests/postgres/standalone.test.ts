import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apply, major, planServer, type ScratchServer, scratchServer } from './scratch-server.ts';

describe('a standalone server', () => {
  let server: ScratchServer;

  beforeAll(async () => {
    server = await scratchServer();
  });
  afterAll(() => server.remove());

  test('is absent, then made, configured and started', async () => {
    expect(await server.observe()).toMatchObject({
      state: 'absent',
      place: null,
      installedMajor: major,
      foreign: [],
    });
    const steps = await server.settle();
    expect(steps.map((step) => step.kind)).toEqual([
      'cluster.create',
      'file.write',
      'file.write',
      'file.write',
      'file.write',
      'server.start',
    ]);
    const facts = await server.observe();
    expect(facts).toMatchObject({ state: 'running', hasData: true, startsAtBoot: false, foreign: [] });
    expect(facts.running).toMatchObject({
      inRecovery: false,
      timeline: 1,
      streaming: false,
      pendingRestart: [],
      unloaded: [],
      fileErrors: { settings: [], access: [] },
      orderedSettings: { max_connections: 100, max_wal_senders: 11 },
    });
    expect(facts.running?.version).toMatch(new RegExp(`^${major}\\.\\d+$`));
    expect(facts.control?.state).toBe('in production');
  });

  test('a second look finds nothing to do and changes no file', async () => {
    const path = join(server.place.configDirectory, 'pg_hba.conf');
    const before = await stat(path);
    expect(await server.settle()).toEqual([]);
    expect(await stat(path)).toEqual(before);
  });

  test('is an observation that survives JSON', async () => {
    const facts = await server.observe();
    expect(JSON.parse(JSON.stringify(facts))).toEqual(facts);
  });

  test('a changed setting is reloaded, one that needs it is restarted', async () => {
    const reload = await server.settle({ extraConf: 'work_mem = 7MB' });
    expect(reload.map((step) => step.kind)).toEqual(['file.write', 'server.reload']);
    const restart = await server.settle({ extraConf: 'max_connections = 50' });
    expect(restart.map((step) => step.kind)).toEqual(['file.write', 'server.reload', 'server.restart']);
    const facts = await server.observe();
    expect(facts.running?.orderedSettings).toMatchObject({ max_connections: 50 });
  });

  test('a reload lost between writing and reloading is made up for', async () => {
    const [write] = planServer(server.wanted({ extraConf: 'work_mem = 9MB' }), await server.observe());
    if (write === undefined) throw new Error('nothing planned');
    await apply([write], server.context);
    const steps = await server.settle({ extraConf: 'work_mem = 9MB' });
    expect(steps.map((step) => step.kind)).toContain('server.reload');
    expect((await server.observe()).running?.unloaded).toEqual([]);
  });

  test('stops cleanly and comes up again', async () => {
    const stopped = await server.settle({ run: 'stopped' });
    expect(stopped.map((step) => step.kind)).toEqual(['server.stop']);
    expect(await server.observe()).toMatchObject({ state: 'down', control: { state: 'shut down' } });
    await server.settle();
    expect(await server.observe()).toMatchObject({ state: 'running' });
  });

  test('killed with kill -9 is seen as down and started', async () => {
    const pid = Number(
      (await readFile(join(server.place.dataDirectory, 'postmaster.pid'), 'utf8')).split('\n')[0],
    );
    process.kill(pid, 'SIGKILL');
    await expect.poll(async () => (await server.observe()).state).toBe('down');
    const steps = await server.settle();
    expect(steps.map((step) => step.kind)).toEqual(['server.start']);
  });

  test('a server that does not start says why', async () => {
    await server.settle({ run: 'stopped' });
    await expect(server.settle({ extraConf: "shared_preload_libraries = 'nowhere'" })).rejects.toThrow(
      /PostgreSQL does not start: FATAL: .*could not access file "nowhere"/,
    );
    expect(await server.observe()).toMatchObject({
      state: 'down',
      lastErrors: [expect.stringContaining('could not access file "nowhere"')],
    });
    await server.settle();
    expect(await server.observe()).toMatchObject({ state: 'running' });
  });
});
