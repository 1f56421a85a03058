/** The volume of the data, as /proc/self/mountinfo has it: no look at the file system itself, which may be away or hang. */
import { realpath } from 'node:fs/promises';
import { absenceOf, mountPointIn, type NotedVolume } from '../server/volume.ts';
import { readText } from '../system/files.ts';

/** The volume that `path` is on now; null when that cannot be told. */
export async function volumeOf(path: string): Promise<NotedVolume | null> {
  const real = await realpath(path).catch(() => path);
  const mountPoint = await mountPointAt(real);
  return mountPoint === null ? null : { path: real, mountPoint };
}

/** Returns why the noted volume is away; null when it is not, or nothing was noted. `seen` is where data lies now. */
export async function whyAway(noted: NotedVolume | null, seen: NotedVolume | null): Promise<string | null> {
  return noted === null ? null : absenceOf(noted, await mountPointAt(noted.path), seen);
}

/** Throws while the noted volume is away: what is written then lands under its mount point. */
export async function requireVolume(noted: NotedVolume | null): Promise<void> {
  const reason = await whyAway(noted, noted === null ? null : await volumeOf(noted.path));
  if (reason !== null) throw new Error(`its data is missing: ${reason}`);
}

async function mountPointAt(path: string): Promise<string | null> {
  const text = await readText('/proc/self/mountinfo').catch(() => null);
  return text === null ? null : mountPointIn(text, path);
}
