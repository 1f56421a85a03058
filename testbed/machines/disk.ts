import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { groupFolder, leader } from './cgroup.ts';
import { type CommandResult, run } from './command.ts';
import { commandInside } from './inside.ts';
import { mountOverlay } from './mounts.ts';
import { cgroupName, machineFolder } from './paths.ts';
import { readMachineRecord } from './records.ts';
import { shareStateFolder } from './state-mount.ts';

/**
 * Mounts the disk of a machine, unless it is, and returns its folder. Throws when there is no such machine.
 */
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
  await shareStateFolder();
  await mountOverlay(folders, root);
  return root;
}

/**
 * The host's command line for a program that only reads and writes files: inside a machine that runs, else
 * with the machine's disk as its root and no sight of the host's processes and networks. Volumes are there
 * only while the machine runs.
 */
export async function commandOnDisk(model: string, id: string, argv: readonly string[]): Promise<string[]> {
  if (leader(await groupFolder(cgroupName(model, id))) !== undefined)
    return await commandInside(model, id, argv);
  const root = await mountRoot(model, id);
  return ['unshare', '--pid', '--net', '--ipc', '--fork', '--kill-child', 'chroot', root, ...argv];
}

/** Runs what commandOnDisk says. */
export async function execOnDisk(
  model: string,
  id: string,
  argv: readonly string[],
  stdin?: string,
): Promise<CommandResult> {
  const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LANG: 'C.UTF-8' };
  return await run(await commandOnDisk(model, id, argv), { env, stdin });
}
