/** Leaving a machine to whoever comes next: nothing of the charm runs on, and data is put out of the way, never deleted. */
import { lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { removeFile } from '../system/files.ts';
import { systemctl, systemdRuns } from '../system/systemd.ts';
import { claimPath } from './claim.ts';
import { setAside } from './data-aside.ts';
import { unfinishedMark } from './installation.ts';
import type { MachineRoots } from './machine.ts';
import { type Marker, readMarker } from './marker.ts';
import { postmasterPid } from './postmaster.ts';
import { stopServer } from './server-control.ts';

const STOP_LIMIT_MS = 90_000;

/**
 * Ends the charm's processes and the server, sets data and configuration aside, and removes the charm's own notes, its claim last: killed
 * at any point, it is done again. Data on storage stays where it is, for whoever the storage is given to. Returns the places of what was
 * set aside. Throws when the server does not stop.
 */
export async function releaseMachine(roots: MachineRoots): Promise<string[]> {
  const marker = await readMarker(roots.state).catch(() => null);
  if (systemdRuns()) await systemctl(['stop', 'postgresql-charm-*.service'], STOP_LIMIT_MS).catch(() => {});
  const kept = marker === null ? [] : await setClusterAside(roots, marker);
  await rm(roots.run, { recursive: true, force: true });
  for (const name of await readdir(roots.state).catch(() => [])) {
    const path = join(roots.state, name);
    // Packages that are half installed stay so for the next unit too.
    if (path !== claimPath(roots) && path !== unfinishedMark(roots.state))
      await rm(path, { recursive: true, force: true });
  }
  await removeFile(claimPath(roots));
  if (systemdRuns()) await systemctl(['daemon-reload']);
  return kept;
}

async function setClusterAside(roots: MachineRoots, { place }: Marker): Promise<string[]> {
  await stopServer(place, false);
  if ((await postmasterPid(place.dataDirectory)) !== null) {
    throw new Error(`the server in ${place.dataDirectory} does not stop`);
  }
  const usual = join(roots.data, String(place.major), place.name);
  const isLink = (await lstat(usual).catch(() => null))?.isSymbolicLink() === true;
  // Debian's usual path to data on storage.
  if (isLink && usual !== place.dataDirectory) await removeFile(usual);
  const data = usual === place.dataDirectory ? await setAside(usual) : null;
  // Out of its major's folder: Debian takes every configuration in there for a cluster and starts it at boot.
  const aside = join(roots.configuration, `${place.major}-${place.name}`);
  const configuration = await setAside(place.configDirectory, aside);
  return [data, configuration].filter((path) => path !== null);
}
