import { realpath, stat } from 'node:fs/promises';
import { must } from './command.ts';
import { commandOnDisk, execOnDisk } from './disk.ts';

/**
 * Writes a file inside a machine, running or not, in one step; missing folders are made. Links are followed
 * as the machine sees them. Throws with the machine's words when it fails.
 */
export async function writeFileInMachine(
  model: string,
  id: string,
  path: string,
  content: string,
  mode: number,
): Promise<void> {
  const script =
    'mkdir -p "$(dirname "$0")" && cat > "$0.part" && chmod "$1" "$0.part" && mv -T "$0.part" "$0"';
  const argv = ['sh', '-ec', script, path, mode.toString(8)];
  const { exitCode, stderr } = await execOnDisk(model, id, argv, content);
  if (exitCode !== 0) throw new Error(`machine ${id}: cannot write ${path}: ${stderr.trim()}`);
}

/** Content of a file inside a machine, as text. Throws when it cannot be read. */
export async function readFileInMachine(model: string, id: string, path: string): Promise<string> {
  const { exitCode, stdout, stderr } = await execOnDisk(model, id, ['cat', '--', path]);
  if (exitCode !== 0) throw new Error(`machine ${id}: ${stderr.trim()}`);
  return stdout;
}

/**
 * Copies a file or a folder of the host to machinePath, with modes and links; the owner inside is root. A
 * folder's content is added to what is there. Throws when either end fails.
 */
export async function copyIntoMachine(
  model: string,
  id: string,
  hostPath: string,
  machinePath: string,
): Promise<void> {
  const unpack = await commandOnDisk(model, id, ['tar', '-xpf', '-', '--no-same-owner', '-C', '/', '-P']);
  const source = await realpath(hostPath);
  await pipe(packCommand(source, machinePath, (await stat(source)).isDirectory()), unpack);
}

/** Copies a file or a folder of a machine to hostPath, with modes and links. Throws when either end fails. */
export async function copyFromMachine(
  model: string,
  id: string,
  machinePath: string,
  hostPath: string,
): Promise<void> {
  const script = 'path=$(readlink -e "$0"); test ! -d "$path" || path=$path/; echo "$path"';
  const found = await execOnDisk(model, id, ['sh', '-ec', script, machinePath]);
  if (found.exitCode !== 0) throw new Error(`machine ${id} has no ${machinePath}`);
  const source = found.stdout.trim();
  const pack = await commandOnDisk(model, id, packCommand(source, hostPath, source.endsWith('/')));
  await pipe(pack, ['tar', '-xpf', '-', '--no-same-owner', '-C', '/', '-P']);
}

function packCommand(from: string, to: string, isFolder: boolean): string[] {
  const [source, destination] = [from, to].map((path) => path.replace(/(?<=.)\/+$/, '')) as [string, string];
  const pattern = source.replace(/[\\,.*[\]^$]/g, '\\$&');
  const replacement = destination.replace(/[\\,&]/g, '\\$&');
  // Names in the archive are those of the destination, so the far end need not know the source. S leaves the
  // targets of symbolic links alone.
  const rename = `--transform=s,^${pattern},${replacement},S`;
  return ['tar', '-cPf', '-', rename, ...(isFolder ? [] : ['--no-recursion']), '--', source];
}

async function pipe(from: readonly string[], to: readonly string[]): Promise<void> {
  const script = 'set -o pipefail; count=$1; shift; "${@:1:count}" | "${@:count+1}"';
  await must(['bash', '-c', script, 'bash', String(from.length), ...from, ...to]);
}
