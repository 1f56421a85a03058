import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode, exists } from '../system/files.ts';
import type { MachineRoots } from './machine.ts';
import type { Marker } from './marker.ts';

/**
 * Clusters in Debian's places that are not the marker's, as `15/main at /etc/postgresql/15/main`, sorted.
 * What the charm itself set aside or is about to move in (`main.aside-…`, `main.new-…`) does not count.
 */
export async function foreignClusters(roots: MachineRoots, marker: Marker | null): Promise<string[]> {
  const configured = await pairs(roots.configuration, 'postgresql.conf');
  const present = await pairs(roots.data, 'PG_VERSION');
  const own = marker === null ? null : `${marker.place.major}/${marker.place.name}`;
  const found = new Map<string, string>();
  for (const { cluster, path } of [...present, ...configured]) {
    if (cluster !== own && !/\.(aside|new)-/.test(cluster)) found.set(cluster, path);
  }
  return [...found].map(([cluster, path]) => `${cluster} at ${path}`).toSorted();
}

async function pairs(root: string, proof: string): Promise<{ cluster: string; path: string }[]> {
  const majors = (await folders(root)).filter((name) => /^\d+(\.\d+)?$/.test(name));
  const found = await Promise.all(
    majors.map(async (major) => {
      const names = await folders(join(root, major));
      const proven = await Promise.all(names.map((name) => exists(join(root, major, name, proof))));
      return names
        .filter((_, index) => proven[index])
        .map((name) => ({ cluster: `${major}/${name}`, path: join(root, major, name) }));
    }),
  );
  return found.flat();
}

async function folders(path: string): Promise<string[]> {
  return readdir(path).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return [];
    throw error;
  });
}
