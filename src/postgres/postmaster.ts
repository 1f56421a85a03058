import { readlink, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode, readText } from '../system/files.ts';
import { readMarker } from './marker.ts';

/** Process id of the postmaster of a data directory while that process lives, else null. */
export async function postmasterPid(dataDirectory: string): Promise<number | null> {
  const text = await readText(join(dataDirectory, 'postmaster.pid'));
  const pid = Number(text?.split('\n')[0] ?? '');
  if (!Number.isInteger(pid) || pid <= 1) return null;
  return (await isPostgres(pid, dataDirectory)) ? pid : null;
}

/** Process id of the charm's own postmaster while it lives; null too when the marker of its cluster cannot be read. */
export async function ownPostmasterPid(state: string): Promise<number | null> {
  const marker = await readMarker(state).catch(() => null);
  return marker === null ? null : postmasterPid(marker.place.dataDirectory);
}

/**
 * After a crash the number may belong to another program: only a postgres that works in that directory
 * counts.
 */
async function isPostgres(pid: number, dataDirectory: string): Promise<boolean> {
  try {
    const [cwd, own] = await Promise.all([readlink(`/proc/${pid}/cwd`), realpath(dataDirectory)]);
    const name = (await readText(`/proc/${pid}/comm`))?.trim();
    return cwd === own && (name === 'postgres' || name === 'postmaster');
  } catch (error) {
    // The process is gone, or is a zombie that has no directory any more.
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ESRCH') return false;
    throw error;
  }
}
