import { mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { must } from './command.ts';
import { mountPoints } from './mounts.ts';
import { prefix } from './paths.ts';
import { until } from './waiting.ts';

/**
 * Each machine's processes are in a control group of their own, made by this program and not by the host's
 * init: it is how they are found, counted and killed, whoever started them.
 */
export const groupsName = prefix;

let known: string | undefined;

/** Mount point of cgroup2 on the host; mounts it where nobody did. */
export async function cgroupRoot(): Promise<string> {
  known ??= mountPoints().find((mount) => mount.type === 'cgroup2')?.path;
  if (known === undefined) {
    const path = '/run/juju-testbed/cgroup';
    mkdirSync(path, { recursive: true });
    await must(['mount', '-t', 'cgroup2', 'cgroup2', path]);
    known = path;
  }
  return known;
}

export async function groupFolder(name: string): Promise<string> {
  return join(await cgroupRoot(), groupsName, name);
}

/** True when any process is in the group or below it; one that the kernel still takes apart counts. */
export function isPopulated(folder: string): boolean {
  return read(join(folder, 'cgroup.events')).includes('populated 1');
}

/** Ids of the processes in the group itself, as the host counts them. */
export function processesIn(folder: string): number[] {
  return read(join(folder, 'cgroup.procs'))
    .split('\n')
    .filter((line) => line !== '')
    .map(Number);
}

/** Kills everything in the group and below at once, waits until it is gone, and removes the group. */
export async function killGroup(folder: string): Promise<void> {
  if (isPopulated(folder)) {
    writeFileSync(join(folder, 'cgroup.kill'), '1');
    await until(`all processes of ${folder} are gone`, 60_000, () => !isPopulated(folder));
  }
  await removeGroup(folder);
}

async function removeGroup(folder: string): Promise<void> {
  for (const entry of entries(folder)) await removeGroup(join(folder, entry));
  // The kernel may need a moment after the last process.
  await until(`${folder} is removed`, 10_000, () => {
    try {
      rmdirSync(folder);
      return true;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'ENOENT';
    }
  });
}

function entries(folder: string): string[] {
  try {
    const all = readdirSync(folder, { withFileTypes: true });
    return all.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  } catch {
    return [];
  }
}

/** A machine's first process, as the host counts it; undefined when it has none. */
export function leader(folder: string): number | undefined {
  const payload = join(folder, 'payload');
  const candidates = [...processesIn(join(payload, 'init.scope')), ...processesIn(payload)];
  return candidates.find((pid) => {
    const status = read(`/proc/${pid}/status`);
    return /^NSpid:\s+\d+\s+1$/m.test(status) && !/^State:\s+[ZX]/m.test(status);
  });
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // Gone in the meantime, or never there.
  }
}
