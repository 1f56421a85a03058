import { execInMachine } from './inside.ts';

const ballast = '.testbed-ballast';

/**
 * Fills the disk that holds a folder of a running machine until only leaveMiB are free. Throws for a disk
 * without a limit of its own: that one is the host's.
 */
export async function fillDisk(model: string, id: string, path: string, leaveMiB: number): Promise<void> {
  const source = (await inside(model, id, ['findmnt', '-n', '-o', 'SOURCE', '--target', path])).trim();
  if (!source.startsWith('/dev/loop') && source !== 'tmpfs') {
    throw new Error(`${path} is on the host's own disk: fill only what is on a volume made with sizeMiB`);
  }
  const free = await inside(model, id, ['df', '--output=avail', '-B1M', '--', path]);
  const sizeMiB = Number(free.trim().split('\n').at(-1)) - leaveMiB;
  if (sizeMiB > 0) await inside(model, id, ['fallocate', '-l', `${sizeMiB}MiB`, `${path}/${ballast}`]);
}

/** Gives back the room that fillDisk took. */
export async function emptyDisk(model: string, id: string, path: string): Promise<void> {
  await inside(model, id, ['rm', '-f', '--', `${path}/${ballast}`]);
}

async function inside(model: string, id: string, argv: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await execInMachine(model, id, argv);
  if (exitCode !== 0) throw new Error(`machine ${id}: ${stderr.trim()}`);
  return stdout;
}
