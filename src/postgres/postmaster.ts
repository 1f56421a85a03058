/** The postmaster of a data directory, by its lock file and by the processes there are. */
import { readdir, readlink, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type { PostmasterStatus } from '../server/liveness.ts';
import { readText } from '../system/files.ts';
import { readMarker } from './marker.ts';

export interface Postmaster {
  readonly pid: number;
  /** Null where the lock file does not tell. */
  readonly status: PostmasterStatus | null;
}

const statuses: readonly PostmasterStatus[] = ['starting', 'stopping', 'ready', 'standby'];
/** Line of postmaster.pid with the status. */
const STATUS_LINE = 7;

/** Process id of the postmaster of a data directory while that process lives, else null. */
export async function postmasterPid(dataDirectory: string): Promise<number | null> {
  return (await findPostmaster(dataDirectory))?.pid ?? null;
}

/** Process id of the charm's own postmaster while it lives; null too when the marker of its cluster cannot be read. */
export async function ownPostmasterPid(state: string): Promise<number | null> {
  const marker = await readMarker(state).catch(() => null);
  return marker === null ? null : postmasterPid(marker.place.dataDirectory);
}

/**
 * The living postmaster of a data directory, else null. A lock file that is missing, damaged or cannot be read says nothing of that: then
 * the processes are looked through.
 */
export async function findPostmaster(dataDirectory: string): Promise<Postmaster | null> {
  const lines = await readText(join(dataDirectory, 'postmaster.pid')).then(
    (text) => (text ?? '').split('\n'),
    () => [''],
  );
  const own = await realpath(dataDirectory).catch(() => dataDirectory);
  const pid = Number(lines[0]);
  // After a crash the number may belong to another program.
  if (Number.isInteger(pid) && pid > 1 && (await isPostmaster(pid, own, dataDirectory))) {
    return { pid, status: statuses.find((status) => status === lines[STATUS_LINE]?.trim()) ?? null };
  }
  for (const candidate of await processes()) {
    if (await isPostmaster(candidate, own, dataDirectory)) return { pid: candidate, status: null };
  }
  return null;
}

/** Sessions of clients that a postmaster serves now, as the titles of its processes have them. */
export async function countSessions(postmaster: number): Promise<number> {
  const titles = await Promise.all(
    (await processes()).map(async (pid) => {
      const stat = (await readText(`/proc/${pid}/stat`).catch(() => null)) ?? '';
      const [, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return Number(parent) === postmaster ? commandLine(pid) : '';
    }),
  );
  // A client's title names where it comes from: `[local]` or `10.0.0.9(5123)`.
  return titles.filter((title) => !/ walsender /.test(title) && / (\[local\]|\S+\(\d+\))( |$)/.test(title))
    .length;
}

async function processes(): Promise<number[]> {
  return (await readdir('/proc')).map(Number).filter((pid) => Number.isInteger(pid) && pid > 1);
}

/**
 * A postgres that works in that directory, or was started on it: on a volume that was taken from under it, it works in a place without
 * a name. Its children, which may outlive it, have titles that begin with a colon behind the name.
 */
async function isPostmaster(pid: number, directory: string, startedOn: string): Promise<boolean> {
  const name = (await readText(`/proc/${pid}/comm`).catch(() => null))?.trim();
  if (name !== 'postgres' && name !== 'postmaster') return false;
  const words = await commandWords(pid);
  if (words[0]?.startsWith('postgres: ') === true) return false;
  const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => '');
  return cwd.replace(/ \(deleted\)$/, '') === directory || words[words.indexOf('-D') + 1] === startedOn;
}

async function commandLine(pid: number): Promise<string> {
  return (await commandWords(pid)).join(' ').trim();
}

async function commandWords(pid: number): Promise<string[]> {
  const text = (await readText(`/proc/${pid}/cmdline`).catch(() => null)) ?? '';
  return text.split('\0');
}
