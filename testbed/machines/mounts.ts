import { readFileSync } from 'node:fs';
import { must, run } from './command.ts';
import { until } from './waiting.ts';

interface Mount {
  path: string;
  type: string;
}

/** All mounts that this process sees, in the order they were made. */
export function mountPoints(): Mount[] {
  const lines = readFileSync('/proc/self/mounts', 'utf8').trim().split('\n');
  return lines.map((line) => {
    const [, path = '', type = ''] = line.split(' ');
    return { path: unescape(path), type };
  });
}

export function isMounted(path: string): boolean {
  return mountPoints().some((mount) => mount.path === path);
}

/**
 * Unmounts a folder and all below it; waits while the kernel still takes apart the processes that used it.
 */
export async function unmountBelow(folder: string): Promise<void> {
  const below = () => mountPoints().filter(({ path }) => path === folder || path.startsWith(`${folder}/`));
  let said = '';
  const unmountAll = async (): Promise<boolean> => {
    for (const { path } of below().reverse()) said = (await run(['umount', path])).stderr.trim() || said;
    return below().length === 0;
  };
  try {
    await until(`${folder} is unmounted`, 30_000, unmountAll);
  } catch (error) {
    throw new Error(`${(error as Error).message}: ${said}`, { cause: error });
  }
}

/** Mounts an overlay at the folder root, unless it is mounted already. */
export async function mountOverlay(
  folders: { lower: string; upper: string; work: string },
  root: string,
): Promise<void> {
  if (isMounted(root)) return;
  const options = `lowerdir=${folders.lower},upperdir=${folders.upper},workdir=${folders.work}`;
  await must(['mount', '-t', 'overlay', 'overlay', '-o', options, root]);
}

function unescape(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}
