import { stat } from 'node:fs/promises';
import { must } from './command.ts';
import { commandInside, execInMachine } from './inside.ts';

/**
 * Writes a file inside a machine, running or not, in one step; missing folders are made. Links are followed as the machine sees
 * them. Throws with the machine's words when it fails.
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
  const { exitCode, stderr } = await execInMachine(model, id, argv, { stdin: content });
  if (exitCode !== 0) throw new Error(`machine ${id}: cannot write ${path}: ${stderr.trim()}`);
}

/** What a file inside a machine holds, as text. Throws when it cannot be read. */
export async function readFileInMachine(model: string, id: string, path: string): Promise<string> {
  const { exitCode, stdout, stderr } = await execInMachine(model, id, ['cat', '--', path]);
  if (exitCode !== 0) throw new Error(`machine ${id}: ${stderr.trim()}`);
  return stdout;
}

/**
 * Copies a file or a folder of the host to machinePath, with modes and links; the owner inside is root. A folder's content is
 * added to what is there. Throws when either end fails.
 */
export async function copyIntoMachine(
  model: string,
  id: string,
  hostPath: string,
  machinePath: string,
): Promise<void> {
  const unpack = await commandInside(model, id, ['tar', '-xpf', '-', '--no-same-owner', '-C', '/', '-P'], {});
  await pipe(packCommand(hostPath, machinePath, (await stat(hostPath)).isDirectory()), unpack);
}

/** Copies a file or a folder of a machine to hostPath, with modes and links. Throws when either end fails. */
export async function copyFromMachine(
  model: string,
  id: string,
  machinePath: string,
  hostPath: string,
): Promise<void> {
  const probe = await execInMachine(model, id, ['test', '-d', machinePath]);
  const pack = await commandInside(model, id, packCommand(machinePath, hostPath, probe.exitCode === 0), {});
  await pipe(pack, ['tar', '-xpf', '-', '--no-same-owner', '-C', '/', '-P']);
}

function packCommand(from: string, to: string, isFolder: boolean): string[] {
  const [source, destination] = [from, to].map((path) => path.replace(/(?<=.)\/+$/, '')) as [string, string];
  const pattern = source.replace(/[\\,.*[\]^$]/g, '\\$&');
  const replacement = destination.replace(/[\\,&]/g, '\\$&');
  // Names in the archive are those of the destination, so the far end need not know the source. S and H leave links alone.
  const rename = `--transform=s,^${pattern},${replacement},SH`;
  return ['tar', '-cPf', '-', rename, ...(isFolder ? [] : ['--no-recursion']), '--', source];
}

async function pipe(from: readonly string[], to: readonly string[]): Promise<void> {
  const script = 'set -o pipefail; count=$1; shift; "${@:1:count}" | "${@:count+1}"';
  await must(['bash', '-c', script, 'bash', String(from.length), ...from, ...to]);
}
