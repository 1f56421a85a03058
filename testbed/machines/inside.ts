import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { groupFolder, leader } from './cgroup.ts';
import { type CommandResult, run } from './command.ts';
import { cgroupName } from './paths.ts';

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
 * Runs a program inside a machine and returns what it said. The exit code is 127 when there is no such
 * program. Throws when the machine does not run, or when timeoutMs passed (the program is killed then).
 */
export async function execInMachine(
  model: string,
  id: string,
  argv: readonly string[],
  options: ExecOptions = {},
): Promise<CommandResult> {
  const { stdin, timeoutMs } = options;
  const command = await commandInside(model, id, argv, options);
  return await run(command, { env: { ...environment, ...options.env }, stdin, timeoutMs });
}

/** Runs a program inside a machine with this process's own terminal, and returns its exit code. */
export async function execInteractive(model: string, id: string, argv: readonly string[]): Promise<number> {
  const command = await commandInside(model, id, argv);
  const env = { ...environment, HOME: '/root', USER: 'root', TERM: process.env['TERM'] ?? 'dumb' };
  const child = spawn(command[0] ?? '', command.slice(1), { stdio: 'inherit', env });
  return await new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 255));
  });
}

/** The host's command line that runs argv inside a machine. Throws when the machine does not run. */
export async function commandInside(
  model: string,
  id: string,
  argv: readonly string[],
  { cwd, user }: Pick<ExecOptions, 'cwd' | 'user'> = {},
): Promise<string[]> {
  const group = await groupFolder(cgroupName(model, id));
  const pid = leader(group);
  if (pid === undefined) throw new Error(`machine ${id} of model ${model} does not run: boot it first`);
  const asUser = user === undefined ? [] : ['runuser', '-u', user, '--'];
  const inFolder = cwd === undefined ? [] : ['sh', '-c', 'cd "$0" && exec "$@"', cwd];
  // Into the machine's control group first, so that a power cut and a look at /proc/self/cgroup find the
  // program there.
  const enter = 'mkdir -p "$0" && echo $$ > "$0/cgroup.procs" && exec nsenter -t "$@"';
  const nameSpaces = ['-m', '-u', '-i', '-n', '-p', '-C', '--no-fork', '--'];
  // The waiting parent stays outside the machine's processes. Not nsenter itself: that one stops for ever
  // when its child is stopped, as at each shutdown. exec, as a builtin such as kill would run outside as
  // well. The shell's own words about a program's death by a signal are not the program's.
  const wait = ['sh', '-c', 'exec 3>&2 2>/dev/null; (exec 2>&3 3>&-; exec "$@"); exit $?', 'sh'];
  const inner = [...wait, ...inFolder, ...asUser, ...argv];
  return ['sh', '-c', enter, join(group, 'payload', 'exec'), String(pid), ...nameSpaces, ...inner];
}
