/** Reloads: the server reads its files again, and what it took of them is noted. */

import { entryOf } from '../server/entry-of.ts';
import { type ClusterPlace, managedPaths } from '../server/place.ts';
import { digestsOf, type LoadedNote, noteLoaded, readLoaded } from './loaded-files.ts';
import { traitsOf } from './machine.ts';
import { readManagedFiles } from './managed-text.ts';
import { pgCtl } from './server-control.ts';
import { type Session, withSession } from './session.ts';
import { readFileErrors } from './sql/file-errors.ts';
import { readLoadTime } from './sql/load-time.ts';

/**
 * Makes the server read its files again. The signal is sent before pg_ctl returns, and the postmaster carries it out before it accepts the
 * next session: a session opened then meets the new rules, and tells whether the settings were taken. Throws when they were not and no
 * error in a file explains that.
 */
export async function reloadServer(state: string, place: ClusterPlace): Promise<void> {
  const traits = traitsOf(place);
  const digests = digestsOf(place, await readManagedFiles(place));
  const [before, note] = await Promise.all([
    // Errors in the files themselves may keep the charm out.
    withSession(place, 'postgres', readLoadTime).catch(() => null),
    readLoaded(state, place),
  ]);
  await pgCtl(place, ['reload']);
  const asked = withSession(place, 'postgres', async (session: Session) => ({
    ...(await readLoadTime(session)),
    errors: await readFileErrors(session, traits),
  }));
  // A server that could not be asked before has been told all the same.
  const after = before === null ? await asked.catch(() => null) : await asked;
  if (after === null) return;
  const settingsTaken = before !== null && after.settingsLoadedAt !== before.settingsLoadedAt;
  const accessTaken = after.errors.access.length === 0;
  const paths = managedPaths(place, traits.recoveryIn);
  const taken = (path: string): boolean => {
    if (path === paths.hba || path === paths.ident) return accessTaken;
    return settingsTaken && (path !== paths.recovery || traits.upstreamReloads);
  };
  const files = Object.entries(digests).map(([path, digest]) => [
    path,
    taken(path) ? digest : (entryOf(note?.files, path) ?? 'unknown'),
  ]);
  const loaded: Omit<LoadedNote, 'postmaster'> = {
    settingsLoadedAt: after.settingsLoadedAt,
    accessLoadedAt: accessTaken ? after.clock : (note?.accessLoadedAt ?? null),
    files: Object.fromEntries(files),
  };
  await noteLoaded(state, place, loaded);
  if (before !== null && !settingsTaken && after.errors.settings.length === 0) {
    throw new Error('the server was told to reload and has not taken its settings; its log says why');
  }
}
