import {
  chmod,
  chown,
  cp,
  mkdir,
  readFile,
  rename,
  rm,
  stat,
  truncate,
  unlink,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkpointNow, pgCtl } from '../../src/postgres/server-control.ts';
import { type OpenSession, openSession } from '../../src/postgres/session.ts';
import type { ServerFacts } from '../../src/server/server-facts.ts';
import { type ScratchServer, scratchServer } from './scratch-server.ts';

const wish = { extraConf: 'max_connections = 10\nsuperuser_reserved_connections = 1' };
const limits = { connectMs: 5_000, statementMs: 5_000, lockMs: 5_000 };

let server: ScratchServer;
let control = '';

beforeAll(async () => {
  server = await scratchServer();
  await server.settle(wish);
  control = join(server.place.dataDirectory, 'global/pg_control');
});
afterAll(() => server.remove());

/** Observes under a fault that is taken away again. */
async function under(fault: () => Promise<unknown>, remedy: () => Promise<unknown>): Promise<ServerFacts> {
  await fault();
  try {
    return await server.observe();
  } finally {
    await remedy();
  }
}

const aside = (path: string): [() => Promise<void>, () => Promise<void>] => [
  () => rename(path, `${path}.away`),
  async () => {
    await rm(path, { recursive: true, force: true });
    await rename(`${path}.away`, path);
  },
];

describe('a running server', () => {
  test('lives when all its connections are in use', async () => {
    const pool: OpenSession[] = [];
    const open = (): Promise<OpenSession | null> =>
      openSession(server.place, 'postgres', limits).catch(() => null);
    const fill = async (): Promise<void> => {
      for (let one = await open(); one !== null; one = await open()) pool.push(one);
    };
    const seen = await under(fill, () => Promise.all(pool.map((one) => one.close())));
    expect(pool).toHaveLength(10);
    expect(seen).toMatchObject({
      state: 'unknown',
      unasked: { kind: 'busy', reason: '10 of 10 connections are in use' },
      control: { state: 'in production' },
      hasData: true,
      running: null,
    });
    expect(JSON.parse(JSON.stringify(seen))).toEqual(seen);
  });

  test('lives when its socket is gone', async () => {
    const seen = await under(...aside(server.place.socketDirectory));
    expect(seen).toMatchObject({
      state: 'unknown',
      unasked: { kind: 'refused', reason: expect.stringContaining('.s.PGSQL.') },
    });
  });

  test('lives when its rules let the charm in no more, and reads them again all the same', async () => {
    const hba = join(server.place.configDirectory, 'pg_hba.conf');
    await writeFile(hba, 'host all all 127.0.0.1/32 reject\n');
    await pgCtl(server.place, ['reload']);
    await expect.poll(async () => (await server.observe()).state).toBe('unknown');
    expect((await server.observe()).unasked?.reason).toMatch(/pg_hba\.conf.*socket: allow that again/);
    const steps = await server.settle(wish);
    expect(steps.map(({ kind }) => kind)).toEqual(['file.write', 'server.reload']);
    expect((await server.observe()).state).toBe('running');
  });

  test('lives when its lock file is gone, or holds nothing', async () => {
    const lock = join(server.place.dataDirectory, 'postmaster.pid');
    const text = await readFile(lock, 'utf8');
    const remedy = (): Promise<void> => writeFile(lock, text);
    expect((await under(() => unlink(lock), remedy)).state).toBe('running');
    expect((await under(() => writeFile(lock, ''), remedy)).state).toBe('running');
  });

  test('has a role with pg_control empty or missing, and that is named', async () => {
    const empty = await under(
      () => truncate(control),
      () => checkpointNow(server.place, 10_000),
    );
    expect(empty).toMatchObject({
      state: 'running',
      control: null,
      damage: null,
      running: { inRecovery: false },
    });
    expect(empty.unknown.control).toMatch(/holds 0 of 8192 bytes; a CHECKPOINT/);
    const missing = await under(...aside(control));
    expect(missing).toMatchObject({ state: 'running', hasData: true, running: { inRecovery: false } });
    expect(missing.unknown.control).toMatch(/is missing/);
    expect((await server.observe()).control?.state).toBe('in production');
  });

  test('keeps its facts when a note of the charm cannot be read', async () => {
    const { state } = server.context.roots;
    for (const name of ['job.json', 'watch.json', 'fence.json', 'packages.json', 'loaded.json']) {
      await rm(join(state, name), { force: true });
      await mkdir(join(state, name));
      expect((await server.observe()).state, name).toBe('running');
      await rm(join(state, name), { recursive: true });
    }
  });

  test('notes what it has loaded in the place of a folder', async () => {
    const note = join(server.context.roots.state, 'loaded.json');
    await rm(note, { force: true });
    await mkdir(join(note, 'inside'), { recursive: true });
    expect((await server.settle(wish)).map(({ kind }) => kind)).toEqual(['server.reload']);
    expect(await server.settle(wish)).toEqual([]);
  });

  test('goes on when its folder of settings, or its rules, cannot be read', async () => {
    const { configDirectory } = server.place;
    const folder = join(configDirectory, 'conf.d');
    const { mode } = await stat(folder);
    const closed = await under(
      () => chmod(folder, 0),
      () => chmod(folder, mode & 0o777),
    );
    expect(closed).toMatchObject({ state: 'running', running: { inRecovery: false } });
    expect(closed.running?.fileErrors.settings.join()).toContain('conf.d');
    const gone = await under(...aside(join(configDirectory, 'pg_hba.conf')));
    expect(gone.state).not.toMatch(/^(down|absent|starting)$/);
    expect(gone.hasData).toBe(true);
  });

  test('is where the memory has it when the marker cannot be read, and nowhere else', async () => {
    const marker = join(server.context.roots.state, 'cluster.json');
    const text = await readFile(marker, 'utf8');
    const damaged = (): Promise<void> => writeFile(marker, '{');
    const remedy = (): Promise<void> => writeFile(marker, text);
    const seen = await under(damaged, remedy);
    expect(seen).toMatchObject({ state: 'unknown', place: null, hasData: true, foreign: [] });
    expect(seen.unknown.marker).toContain('cluster.json is damaged');
    await damaged();
    expect(await server.observe(server.place)).toMatchObject({ state: 'running', place: server.place });
    await remedy();
  });
});

describe('data of a server that is down', () => {
  beforeAll(() => pgCtl(server.place, ['stop', '--mode', 'fast', '--wait']));

  test('is damaged when pg_control is short, changed or missing, or PG_VERSION is', async () => {
    const { dataDirectory } = server.place;
    const version = join(dataDirectory, 'PG_VERSION');
    const kept = `${control}.kept`;
    await cp(control, kept);
    const back = async (): Promise<void> => {
      await cp(kept, control);
    };
    expect((await under(() => truncate(control, 100), back)).damage).toMatch(/holds 100 of 8192 bytes/);
    expect((await under(() => unlink(control), back)).damage).toMatch(/pg_control is missing/);
    const changed = await readFile(control);
    changed.writeUInt32LE(4711, 40);
    expect((await under(() => writeFile(control, changed), back)).damage).toMatch(/checksum/);
    expect((await under(...aside(version))).damage).toMatch(/PG_VERSION is missing/);
    expect(await server.observe()).toMatchObject({ state: 'down', damage: null, hasData: true });
  });

  test('is only unread when it belongs to another account, another major, or its programs are gone', async () => {
    const { dataDirectory } = server.place;
    const version = join(dataDirectory, 'PG_VERSION');
    const other = await under(
      () => writeFile(version, '9.6\n'),
      () => writeFile(version, `${server.place.major}\n`),
    );
    expect(other).toMatchObject({ damage: null, control: null, hasData: true });
    expect(other.unknown.control).toMatch(/PG_VERSION says 9\.6/);
    if (process.getuid?.() !== 0) return;
    const seen = await under(
      () => chown(dataDirectory, 4711, 4711),
      async () => {
        const { uid, gid } = await stat(control);
        await chown(dataDirectory, uid, gid);
      },
    );
    expect(seen).toMatchObject({ state: 'down', damage: null, control: null });
    expect(seen.unknown.control).toMatch(/belongs to account 4711.*chown -R postgres:postgres/);
  });
});
