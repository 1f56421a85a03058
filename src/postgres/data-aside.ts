/**
 * Data directories put out of the way: renamed, never deleted before what replaces them has proved itself.
 */
import { lstat, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { nowIso } from '../system/clock.ts';
import { exists, syncFolder } from '../system/files.ts';

/** Names of data directories set aside next to `dataDirectory`, oldest first. */
export async function listAsides(dataDirectory: string): Promise<string[]> {
  const prefix = `${basename(dataDirectory)}.aside-`;
  const names = await readdir(dirname(dataDirectory)).catch(() => []);
  return names
    .filter((name) => name.startsWith(prefix))
    .toSorted()
    .map((name) => join(dirname(dataDirectory), name));
}

/**
 * Renames `path` to `<base>.aside-<time>` (on the same file system); returns the new path, or null when
 * there was nothing.
 */
export async function setAside(path: string, base: string = path): Promise<string | null> {
  if (!(await exists(path))) return null;
  const target = `${base}.aside-${nowIso().replaceAll(/[-:.]/g, '')}`;
  await rename(path, target);
  await syncFolder(dirname(path));
  await syncFolder(dirname(target));
  return target;
}

/** Renames a folder at `path`, where a file belongs or nothing. */
export async function moveFolderAway(path: string): Promise<void> {
  const found = await lstat(path).catch(() => null);
  if (found?.isDirectory() === true) await setAside(path);
}

/** Removes what `listAsides` lists. */
export async function discardAsides(dataDirectory: string): Promise<void> {
  for (const path of await listAsides(dataDirectory)) await rm(path, { recursive: true, force: true });
}
