import { execFile } from 'node:child_process';
import { chown, mkdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readCatalog } from '../../src/postgres/read-catalog.ts';
import { pgCtl } from '../../src/postgres/server-control.ts';
import { withSession } from '../../src/postgres/session.ts';
import { managedPaths } from '../../src/server/place.ts';
import { majorTraits } from '../../src/server/versions.ts';
import {
  apply,
  major,
  planServer,
  type ScratchServer,
  type ScratchWish,
  scratchServer,
} from './scratch-server.ts';

// Files of a running server against what it has loaded: by content, whatever their times say, and each for itself.

const run = promisify(execFile);
const recoveryIn = majorTraits(major)?.recoveryIn ?? 'signal';

let server: ScratchServer;

beforeAll(async () => {
  server = await scratchServer();
  await server.settle();
  await sql("CREATE ROLE guest LOGIN PASSWORD 'in'");
});
afterAll(() => server?.remove());
beforeEach(async () => {
  await rm(mine(), { force: true });
  for (const path of [paths().settings, paths().hba]) await rm(path, { recursive: true, force: true });
  await server.settle();
});

const paths = () => managedPaths(server.place, recoveryIn);
const mine = (): string => join(server.place.configDirectory, 'conf.d/99-mine.conf');
const kinds = async (wish?: Partial<ScratchWish>): Promise<string[]> =>
  (await server.settle(wish)).map((step) => step.kind);
const sql = (text: string): Promise<Record<string, string>[]> =>
  withSession(server.place, 'postgres', (session) => session.rows(text));
const shown = async (name: string): Promise<string | undefined> =>
  Object.values((await sql(`SHOW ${name}`))[0] ?? {})[0];

const errors = async (): Promise<string[]> => {
  const { settings = [], access = [] } = (await server.observe()).running?.fileErrors ?? {};
  return [...settings, ...access];
};

/** An hour is more than any step of a clock that a test machine makes by itself. */
const inHours = (hours: number): Date => new Date(Date.now() + hours * 3_600_000);
const touch = (path: string, time: Date): Promise<void> => utimes(path, time, time);

const guest: Partial<ScratchWish> = {
  grants: [{ database: 'postgres', user: 'guest', network: '127.0.0.1/32' }],
};

/** Outcome of a login over the network. */
async function login(): Promise<string> {
  const target = `host=127.0.0.1 port=${server.place.port} user=guest dbname=postgres connect_timeout=5`;
  return run('psql', ['-XAtc', 'SELECT 1', target], { env: { ...process.env, PGPASSWORD: 'in' } }).then(
    ({ stdout }) => stdout.trim(),
    (error: unknown) => String(error),
  );
}

describe('what has been loaded is told by content', () => {
  test('a file from the future asks for nothing', async () => {
    for (const path of [paths().settings, paths().hba]) await touch(path, inHours(3));
    expect(await kinds()).toEqual([]);
  });

  test('a file that was changed and not loaded is loaded, however old it looks', async () => {
    const writes = planServer(server.wanted(guest), await server.observe()).slice(0, 1);
    await apply(writes, server.context);
    await touch(paths().hba, inHours(-24 * 365));
    expect(await login()).toContain('pg_hba.conf');
    expect(await kinds(guest)).toEqual(['server.reload']);
    expect(await login()).toBe('1');
  });

  test('a file that was touched is not loaded again', async () => {
    await touch(paths().settings, inHours(0));
    expect(await kinds()).toEqual([]);
  });

  test('a file that an administrator has changed and loaded is put back', async () => {
    await writeFile(paths().hba, 'local all all trust\nhost all all all trust\n');
    await pgCtl(server.place, ['reload']);
    expect(await login()).toBe('1');
    expect(await kinds()).toEqual(['file.write', 'server.reload']);
    expect(await login()).toContain('pg_hba.conf');
  });

  test('a file that was put back without a reload is loaded', async () => {
    const { hba } = paths();
    const text = (await server.observe()).files[hba] ?? '';
    await writeFile(hba, 'local all all trust\nhost all all all trust\n');
    await pgCtl(server.place, ['reload']);
    await sql('SELECT 1');
    await writeFile(hba, text);
    expect(await login()).toBe('1');
    expect(await kinds()).toEqual(['server.reload']);
    expect(await login()).toContain('pg_hba.conf');
  });

  test('a server that somebody else has started has nothing pending for long', async () => {
    await pgCtl(server.place, [
      'restart',
      '--wait',
      '--log',
      server.place.logFile,
      '--options',
      `-c config_file=${join(server.place.configDirectory, 'postgresql.conf')}`,
    ]);
    expect((await kinds()).filter((kind) => kind !== 'server.reload')).toEqual([]);
    expect(await kinds()).toEqual([]);
  });
});

describe('a line that PostgreSQL does not know in a file that is not the charm’s', () => {
  const addLine = async (): Promise<void> => writeFile(mine(), 'work_mem = 4MB\nnonsense_here = 1\n');

  test('is named with file and line, and the rules of access go on', async () => {
    await addLine();
    expect(await login()).toContain('pg_hba.conf');
    await server.settle(guest);
    expect(await login()).toBe('1');
    expect(await errors()).toEqual([expect.stringMatching(/conf\.d\/99-mine\.conf line 2: .*nonsense_here/)]);
    await server.settle();
    expect(await login()).toContain('pg_hba.conf');
  });

  test('leaves no session that the rules do not let in any more', async () => {
    await addLine();
    await server.settle(guest);
    const client = new Client(`postgresql://guest:in@127.0.0.1:${server.place.port}/postgres`);
    client.on('error', () => {});
    await client.connect();
    await server.settle();
    const { accessLoadedAt } = (await server.observe()).running ?? expect.unreachable();
    const { olderSessions = [] } = await readCatalog(server.place, [], new Map(), accessLoadedAt);
    expect(olderSessions).toEqual([{ user: 'guest', address: '127.0.0.1' }]);
    await apply([{ kind: 'sessions.end', user: 'guest', address: '127.0.0.1' }], server.context);
    await expect(client.query('SELECT 1')).rejects.toThrow();
    await client.end().catch(() => {});
  });

  test('holds up the settings only, and no longer than it is there', async () => {
    const wish = { extraConf: 'work_mem = 9MB' };
    await addLine();
    await server.settle(wish);
    expect(await kinds(wish)).toEqual([]);
    expect(await shown('work_mem')).toBe('4MB');
    await rm(mine());
    expect(await kinds(wish)).toEqual(['server.reload']);
    expect(await shown('work_mem')).toBe('9MB');
  });

  test('lets nothing be restarted', async () => {
    await addLine();
    const wish = { extraConf: 'max_connections = 60' };
    expect(await kinds(wish)).not.toContain('server.restart');
    expect(await server.observe()).toMatchObject({ state: 'running' });
    await rm(mine());
    expect(await kinds(wish)).toContain('server.restart');
    expect(await shown('max_connections')).toBe('60');
  });

  test('is not the only one that counts: values that a restart would not survive are named too', async () => {
    await writeFile(mine(), "max_connections = 'lots'\nwork_mem = 'much'\n");
    expect(await errors()).toEqual([
      expect.stringMatching(/conf\.d\/99-mine\.conf line 1: max_connections: /),
      expect.stringMatching(/conf\.d\/99-mine\.conf line 2: work_mem: /),
    ]);
  });
});

describe('a restart-only line', () => {
  const preload = { extraConf: "shared_preload_libraries = 'pg_stat_statements'" };

  test('that is taken out is followed by a restart and is no error', async () => {
    await server.settle(preload);
    expect(await shown('shared_preload_libraries')).toBe('pg_stat_statements');
    expect(await kinds()).toEqual(['file.write', 'server.reload', 'server.restart']);
    expect(await shown('shared_preload_libraries')).toBe('');
    expect(await errors()).toEqual([]);
  });

  test('of the operator that waits is pending and no error', async () => {
    await writeFile(mine(), 'max_connections = 77\n');
    await pgCtl(server.place, ['reload']);
    expect((await server.observe()).running).toMatchObject({
      fileErrors: { settings: [], access: [] },
      pendingRestart: ['max_connections'],
    });
  });

  test('that waits is pending and no error', async () => {
    await server.settle(preload);
    await server.settle({ mayRestart: false });
    expect((await server.observe()).running).toMatchObject({
      fileErrors: { settings: [], access: [] },
      pendingRestart: ['shared_preload_libraries'],
    });
    await server.settle();
  });
});

describe('files that are not as they should be', () => {
  test('a rule that cannot match is no error', async () => {
    const wish = { extraLines: ['hostssl postgres guest 127.0.0.1/32 scram-sha-256'], ...guest };
    await server.settle(wish);
    expect(await errors()).toEqual([]);
    expect(await login()).toBe('1');
    await server.settle();
  });

  test('one that the server may not read is put right', async () => {
    for (const path of [paths().hba, paths().settings]) await chown(path, 0, 0);
    await run('chmod', ['600', paths().hba, paths().settings]);
    await server.settle(guest);
    expect(await login()).toBe('1');
    await server.settle();
    expect(await errors()).toEqual([]);
  });

  test('the note that says whether it starts at boot is made anew, beside what the operator has', async () => {
    const folder = server.place.configDirectory;
    const before = await readFile(join(folder, 'postgresql.conf'), 'utf8');
    await rm(join(folder, 'start.conf'));
    expect(await kinds()).toEqual(['cluster.create']);
    await mkdir(join(folder, 'start.conf.d'));
    await rm(join(folder, 'start.conf'));
    await rename(join(folder, 'start.conf.d'), join(folder, 'start.conf'));
    expect(await kinds()).toEqual(['cluster.create']);
    expect(await server.observe()).toMatchObject({ startsAtBoot: false, state: 'running' });
    expect(await readFile(join(folder, 'postgresql.conf'), 'utf8')).toBe(before);
  });

  test('a folder in its place is moved away', async () => {
    for (const path of [paths().hba, paths().settings]) {
      await rm(path);
      await mkdir(join(path, 'inside'), { recursive: true });
    }
    await server.settle({ ...guest, extraConf: 'work_mem = 9MB' });
    expect(await login()).toBe('1');
    expect(await shown('work_mem')).toBe('9MB');
    await server.settle();
  });
});
