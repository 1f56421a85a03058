import { existsSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cgroupRoot, groupsName, killGroup } from './cgroup.ts';
import { run } from './command.ts';
import { requireRoot } from './host-packages.ts';
import { removeMachine } from './machine.ts';
import { unmountBelow } from './mounts.ts';
import { removeNetwork } from './network.ts';
import { cacheFolder, modelFolder, modelHash, modelsFolder, prefix, stateFolder } from './paths.ts';
import { names } from './records.ts';

/** Removes all of a model: its machines, volumes and network, whatever state they are in. */
export async function removeModelMachines(model: string): Promise<void> {
  const folder = modelFolder(model);
  for (const id of names(join(folder, 'machines'))) await removeMachine(model, id);
  await sweepKernel(`${prefix}${modelHash(model)}`, `${model}.`);
  await removeNetwork(model);
  await unmountBelow(folder);
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
}

/**
 * Removes all models, and what the kernel still holds of models that the disk has forgotten; with images, the
 * cache too. Anything that another session of this computer runs on machines goes with it.
 */
export async function removeEverything(options: { images: boolean }): Promise<void> {
  requireRoot();
  for (const model of names(modelsFolder())) await removeModelMachines(model);
  await sweepKernel(prefix, '');
  await killGroup(join(await cgroupRoot(), groupsName));
  await unmountBelow(stateFolder);
  await rm(stateFolder, { recursive: true, force: true });
  if (!options.images) return;
  await unmountBelow(cacheFolder);
  await rm(cacheFolder, { recursive: true, force: true });
}

/** Kills the control groups, then removes the name spaces, interfaces and tables whose names begin so. */
async function sweepKernel(namePrefix: string, groupPrefix: string): Promise<void> {
  const groups = join(await cgroupRoot(), groupsName);
  if (existsSync(groups)) {
    for (const entry of readdirSync(groups, { withFileTypes: true })) {
      const isOurs = entry.name.startsWith(groupPrefix) || entry.name.startsWith(namePrefix);
      if (entry.isDirectory() && isOurs) await killGroup(join(groups, entry.name));
    }
  }
  for (const name of names('/run/netns')) {
    if (name.startsWith(namePrefix)) await run(['ip', 'netns', 'delete', name]);
  }
  for (const name of names('/sys/class/net')) {
    if (name.startsWith(namePrefix)) await run(['ip', 'link', 'delete', name]);
  }
  const { stdout } = await run(['nft', 'list', 'tables', 'bridge']);
  for (const [, table = ''] of stdout.matchAll(/^table bridge (\S+)$/gm)) {
    if (table.startsWith(namePrefix)) await run(['nft', 'delete', 'table', 'bridge', table]);
  }
}
