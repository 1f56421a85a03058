import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createCluster } from '../../src/postgres/cluster-create.ts';
import { readMarker } from '../../src/postgres/marker.ts';
import { withSession } from '../../src/postgres/session.ts';
import { exists } from '../../src/system/files.ts';
import { killAt } from './killed-process.ts';
import { type ScratchServer, scratchServer } from './scratch-server.ts';

let server: ScratchServer;

beforeEach(async () => {
  server = await scratchServer();
});
afterEach(() => server.remove());

describe('making a cluster, killed', () => {
  const moments: [string, () => string][] = [
    ['right after the marker', () => join(server.context.roots.state, 'cluster.json')],
    ['when initdb begins', () => server.place.dataDirectory],
    ['when initdb has written the version', () => join(server.place.dataDirectory, 'PG_VERSION')],
    ['when the control file is there', () => join(server.place.dataDirectory, 'global/pg_control')],
    ['when the configuration is there', () => join(server.place.configDirectory, 'postgresql.conf')],
    ['at its end', () => join(server.place.configDirectory, 'environment')],
  ];
  test.each(moments)('%s, is done again to the same end', async (_, path) => {
    const args = [JSON.stringify(server.context.roots), JSON.stringify(server.place)];
    await killAt('make-cluster.ts', args, () => exists(path()));
    const between = await server.observe();
    expect(between.foreign).toEqual([]);
    await server.settle();
    const facts = await server.observe();
    expect(facts).toMatchObject({ state: 'running', foreign: [], hasConfiguration: true });
    expect(await withSession(server.place, 'template1', async () => true)).toBe(true);
  });
});

describe('what was there before', () => {
  test('is reported, and making a cluster over it is refused', async () => {
    const other = server.place.dataDirectory;
    await mkdir(other, { recursive: true });
    await writeFile(join(other, 'PG_VERSION'), '15\n');
    const found = `${server.place.major}/main at ${other}`;
    expect((await server.observe()).foreign).toEqual([found]);
    await expect(server.settle()).rejects.toThrow(`a cluster that the charm did not make is here: ${found}`);
    expect(await readMarker(server.context.roots.state)).toBeNull();
    expect(await readdir(other)).toEqual(['PG_VERSION']);
  });

  test('a folder with something else in it is left alone', async () => {
    const other = server.place.dataDirectory;
    await mkdir(other, { recursive: true });
    await writeFile(join(other, 'notes.txt'), 'important');
    await expect(server.settle()).rejects.toThrow(/is not empty and holds no cluster/);
    expect(await readFile(join(other, 'notes.txt'), 'utf8')).toBe('important');
  });

  test('data that comes with storage is taken over', async () => {
    await server.settle();
    await withSession(server.place, 'postgres', (session) => session.run('CREATE TABLE public.kept ()'));
    await server.settle({ run: 'stopped' });
    const other = await scratchServer();
    try {
      // A volume is mounted at a place of its own, not where Debian keeps clusters.
      const volume = join(dirname(other.context.roots.data), 'volume');
      const place = { ...other.place, dataDirectory: join(volume, 'main') };
      await mkdir(volume);
      await rename(server.place.dataDirectory, place.dataDirectory);
      await createCluster(other.context.roots, place, 'C', 'UTF-8');
      expect(await readMarker(other.context.roots.state)).toMatchObject({ how: 'adopt', made: true });
      expect(await exists(join(other.context.roots.data, String(place.major), 'main', 'PG_VERSION'))).toBe(
        true,
      );
      expect((await other.observe()).foreign).toEqual([]);
      await other.settle();
      const tables = await withSession(place, 'postgres', (session) =>
        session.rows("SELECT FROM pg_tables WHERE tablename = 'kept'"),
      );
      expect(tables).toHaveLength(1);
    } finally {
      await other.remove();
    }
  });
});
