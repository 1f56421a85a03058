import { constants } from 'node:fs';
import { chown, lstat, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Account, accountIds } from './accounts.ts';

/** Code of a Node system error such as `ENOENT`; null for any other value. */
export function errorCode(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}

/** Text of `path`, or null when there is no such file. Other failures are thrown. */
export async function readText(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return null;
    // Node names the path of a failure to open, not that of one to read.
    if (error instanceof Error && !error.message.includes(path)) error.message += ` '${path}'`;
    throw error;
  }
}

/** True when something (a dangling symlink too) is at `path`. */
export async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return false;
    throw error;
  }
}

/**
 * Replaces `path` whole: a reader or a crash sees the old text or the new, never a part. A path has one writer at a time: what a killed
 * one left beside it goes with the next write.
 */
export async function writeAtomic(
  path: string,
  content: string,
  options: { readonly mode: number; readonly owner: Account },
): Promise<void> {
  await ensureFolder(dirname(path));
  const temporary = `${path}.tmp`;
  await rm(temporary, { force: true });
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;
  try {
    const file = await open(temporary, flags, options.mode);
    try {
      await file.writeFile(content);
      await file.chmod(options.mode);
      const ids = await accountIds(options.owner);
      if (ids !== null) await file.chown(ids.uid, ids.gid);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}

/** Removes a file; its absence is fine. */
export async function removeFile(path: string): Promise<void> {
  await rm(path, { force: true });
}

/** Makes `path` and its parents, those missing only. `owner` and `mode` hold for `path` itself. */
export async function ensureFolder(path: string, owner?: Account, mode = 0o755): Promise<void> {
  const made = await mkdir(path, { recursive: true, mode });
  if (owner === undefined || made === undefined) return;
  const ids = await accountIds(owner);
  if (ids !== null) await chown(path, ids.uid, ids.gid);
}

/** Makes a rename in `path` survive a power cut. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, constants.O_RDONLY);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
