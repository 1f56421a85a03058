import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { groupFolder, leader } from './cgroup.ts';
import { type CommandResult, run } from './command.ts';
import { mountOverlay } from './mounts.ts';
import { cgroupName, machineFolder } from './paths.ts';
import { readMachineRecord } from './records.ts';

export interface ExecOptions {
  /** Added to PATH and LANG, which are all that a program inside finds otherwise. */
  env?: Record<string, string>;
  stdin?: string;
  cwd?: string;
  /** Name of a user inside; else root. */
  user?: string;
  timeoutMs?: number;
}

const environment = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  LANG: 'C.UTF-8',
};

/**
 * Runs a program inside a machine and returns what it said. On a machine that does not run it gets the machine's disk as its root,
 * and nothing else of the machine. The exit code is 127 when there is no such program. Throws when there is no such machine, or when
 * timeoutMs passed (the program is killed then).
 */
export async function execInMachine(
  model: string,
  id: string,
  argv: readonly string[],
  options: ExecOptions = {},
): Promise<CommandResult> {
  const command = await commandInside(model, id, argv, options);
  const { stdin, timeoutMs } = options;
  return await run(command, { env: { ...environment, ...options.env }, stdin, timeoutMs });
}

/** Runs a program inside a machine with this process's own terminal, and returns its exit code. */
export async function execInteractive(model: string, id: string, argv: readonly string[]): Promise<number> {
  const command = await commandInside(model, id, argv, {});
  const env = { ...environment, HOME: '/root', USER: 'root', TERM: process.env['TERM'] ?? 'dumb' };
  const child = spawn(command[0] ?? '', command.slice(1), { stdio: 'inherit', env });
  return await new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 255));
  });
}

/** The host's command line that runs argv inside a machine, or on the disk of one that does not run. */
export async function commandInside(
  model: string,
  id: string,
  argv: readonly string[],
  { cwd, user }: Pick<ExecOptions, 'cwd' | 'user'>,
): Promise<string[]> {
  const asUser = user === undefined ? [] : ['runuser', '-u', user, '--'];
  const inFolder = cwd === undefined ? [] : ['sh', '-c', 'cd "$0" && exec "$@"', cwd];
  const inner = [...inFolder, ...asUser, ...argv];
  const group = await groupFolder(cgroupName(model, id));
  const pid = leader(group);
  if (pid === undefined) return ['chroot', await mountRoot(model, id), ...inner];
  // Into the machine's control group first, so that a power cut and a look at /proc/self/cgroup find the program there.
  const enter = 'mkdir -p "$0" && echo $$ > "$0/cgroup.procs" && exec nsenter -t "$@"';
  const nameSpaces = ['-m', '-u', '-i', '-n', '-p', '-C', '--'];
  return ['sh', '-c', enter, join(group, 'payload', 'exec'), String(pid), ...nameSpaces, ...inner];
}

/** Mounts the disk of a machine, unless it is, and returns its folder. Throws when there is no such machine. */
export async function mountRoot(model: string, id: string): Promise<string> {
  const { image } = readMachineRecord(model, id);
  if (!existsSync(image)) {
    throw new Error(
      `machine ${id} of model ${model} stands on an image that is gone (${image}): remove the machine`,
    );
  }
  const folder = machineFolder(model, id);
  const root = join(folder, 'root');
  const folders = { lower: image, upper: join(folder, 'upper'), work: join(folder, 'work') };
  await mountOverlay(folders, root);
  return root;
}
