/**
 * Text of the charm's files that the running server has loaded: noted when the charm starts it or tells it to reload, compared by content.
 * Times of files, and of loading, tell nothing once a clock has been set.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import * as z from 'zod';
import { entryOf } from '../server/entry-of.ts';
import { type ClusterPlace, managedPaths } from '../server/place.ts';
import { bootId } from '../system/clock.ts';
import { startTicks } from '../system/start-ticks.ts';
import { traitsOf } from './machine.ts';
import type { Texts } from './managed-text.ts';
import { postmasterPid } from './postmaster.ts';
import { readReplaceable, writeNote } from './state-note.ts';

const noteShape = z.object({
  /** Process that has loaded them. Another one has loaded the files of its start, which nobody noted. */
  postmaster: z.string(),
  /** pg_conf_load_time() after the charm's last load. With another one somebody else has had the files loaded since. Null: not known. */
  settingsLoadedAt: z.string().nullable(),
  /** By the server's clock, when the rules of access in force were read; null when no session can be older than they are. */
  accessLoadedAt: z.string().nullable(),
  /** Path → digest of the text that was loaded. */
  files: z.record(z.string(), z.string()),
});

export type LoadedNote = z.infer<typeof noteShape>;

/** Path → digest of each text that a server can load; libpq reads the passfile by itself. */
export function digestsOf(place: ClusterPlace, texts: Texts): LoadedNote['files'] {
  const { passfile } = managedPaths(place, traitsOf(place).recoveryIn);
  const loadable = Object.entries(texts).filter(([path]) => path !== passfile);
  return Object.fromEntries(loadable.map(([path, text]) => [path, digest(text)]));
}

function digest(text: string | null): string {
  return text === null ? 'none' : createHash('sha256').update(text).digest('hex');
}

/** The note of the server that runs in `place`; null when there is none, or one of an earlier server. */
export async function readLoaded(state: string, place: ClusterPlace): Promise<LoadedNote | null> {
  const [note, postmaster] = await Promise.all([
    readReplaceable(notePath(state), noteShape),
    postmasterName(place),
  ]);
  return note?.postmaster === postmaster ? note : null;
}

/** Notes the files that the server which runs in `place` has loaded. */
export async function noteLoaded(
  state: string,
  place: ClusterPlace,
  loaded: Omit<LoadedNote, 'postmaster'>,
): Promise<void> {
  const postmaster = await postmasterName(place);
  if (postmaster === null) return;
  await writeNote(notePath(state), { postmaster, ...loaded });
}

/** Paths of files whose text is not the one that the server is known to have loaded. */
export function unloadedFiles(
  note: LoadedNote | null,
  digests: LoadedNote['files'],
  settingsLoadedAt: string,
): string[] {
  const isCurrent = note !== null && [null, settingsLoadedAt].includes(note.settingsLoadedAt);
  return Object.keys(digests).filter(
    (path) => !isCurrent || entryOf(note.files, path) !== entryOf(digests, path),
  );
}

/** Boot, process and its start: a name that no other server ever has. */
async function postmasterName({ dataDirectory }: ClusterPlace): Promise<string | null> {
  const pid = await postmasterPid(dataDirectory);
  const ticks = pid === null ? null : await startTicks(pid);
  return ticks === null ? null : `${bootId()} ${pid} ${ticks}`;
}

function notePath(state: string): string {
  return join(state, 'loaded.json');
}
