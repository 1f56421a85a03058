import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { groupFolder, leader } from './cgroup.ts';
import { must } from './command.ts';
import { execInMachine } from './inside.ts';
import { isMounted, unmountBelow } from './mounts.ts';
import { cgroupName, machineFolder, volumeFolder } from './paths.ts';
import type { Bind } from './records.ts';
import { shareStateFolder } from './state-mount.ts';
import { mustReadVolume, readVolume, volumesOf, writeVolume } from './volume-records.ts';

/** Folder in which a running machine finds volumes that are about to be attached to it. */
export const shareInside = '/run/testbed-volumes';

/**
 * Makes a volume; with sizeMiB it is an ext4 disk of that size, else a folder without limit. Throws when
 * there is one already.
 */
export async function createVolume(
  model: string,
  volumeId: string,
  options: { sizeMiB?: number },
): Promise<void> {
  const folder = volumeFolder(model, volumeId);
  if (readVolume(model, volumeId) !== undefined) throw new Error(`model ${model} has a volume ${volumeId}`);
  await unmountBelow(folder);
  await rm(folder, { recursive: true, force: true });
  await mkdir(join(folder, 'content'), { recursive: true });
  const { sizeMiB } = options;
  if (sizeMiB !== undefined) {
    const disk = join(folder, 'disk');
    await must(['truncate', '--size', `${sizeMiB}M`, disk]);
    await must(['mkfs.ext4', '-q', '-m', '0', disk]);
  }
  writeVolume(model, volumeId, sizeMiB === undefined ? {} : { sizeMiB });
}

/**
 * Mounts a volume at a folder of a machine, now if it runs, and at each boot. Throws when the volume is
 * unknown or attached already.
 */
export async function attachVolume(
  model: string,
  id: string,
  volumeId: string,
  mountPoint: string,
): Promise<void> {
  const volume = mustReadVolume(model, volumeId);
  if (volume.attached !== undefined) {
    throw new Error(
      `volume ${volumeId} is attached to machine ${volume.attached.machine} already: detach it first`,
    );
  }
  const content = await mountContent(model, volumeId);
  if (await runs(model, id)) {
    const shared = join(machineFolder(model, id), 'share', volumeId);
    await mkdir(shared, { recursive: true });
    await must(['mount', '--bind', content, shared]);
    const script = 'mkdir -p "$1" && mount --bind "$0" "$1"';
    await inside(model, id, ['sh', '-c', script, `${shareInside}/${volumeId}`, mountPoint]);
  }
  writeVolume(model, volumeId, { ...volume, attached: { machine: id, mountPoint } });
}

/**
 * Unmounts a volume from its machine; what is on it stays. Throws when it is not attached there, or in use.
 */
export async function detachVolume(model: string, id: string, volumeId: string): Promise<void> {
  const { attached, ...volume } = mustReadVolume(model, volumeId);
  if (attached?.machine !== id) throw new Error(`volume ${volumeId} is not attached to machine ${id}`);
  if (await runs(model, id)) await inside(model, id, ['umount', attached.mountPoint]);
  await unmountBelow(join(machineFolder(model, id), 'share', volumeId));
  writeVolume(model, volumeId, volume);
  await unmountBelow(join(volumeFolder(model, volumeId), 'content'));
}

/** Deletes a volume and what is on it. Throws while it is attached. */
export async function removeVolume(model: string, volumeId: string): Promise<void> {
  const volume = readVolume(model, volumeId);
  if (volume?.attached !== undefined) {
    throw new Error(`volume ${volumeId} is attached to machine ${volume.attached.machine}: detach it first`);
  }
  await unmountBelow(volumeFolder(model, volumeId));
  await rm(volumeFolder(model, volumeId), { recursive: true, force: true });
}

/** Forgets that any volume is attached to a machine that is about to be deleted. */
export async function detachAllVolumes(model: string, id: string): Promise<void> {
  for (const [volumeId, { attached: _, ...volume }] of volumesOf(model, id)) {
    writeVolume(model, volumeId, volume);
    await unmountBelow(join(volumeFolder(model, volumeId), 'content'));
  }
}

/** Mounts on the host what is attached to a machine, and says where it belongs inside. */
export async function mountVolumesOf(model: string, id: string): Promise<Bind[]> {
  const binds: Bind[] = [];
  for (const [volumeId, { attached }] of volumesOf(model, id)) {
    const from = await mountContent(model, volumeId);
    if (attached !== undefined) binds.push({ from, to: attached.mountPoint, readOnly: false });
  }
  return binds;
}

/** Takes the volumes of a machine that no longer runs from the host's tree. */
export async function unmountVolumesOf(model: string, id: string): Promise<void> {
  for (const [volumeId] of volumesOf(model, id)) {
    await unmountBelow(join(volumeFolder(model, volumeId), 'content'));
  }
}

/**
 * Mounts the folder through which a running machine gets volumes: what is mounted below it on the host
 * appears inside, as the state folder is shared.
 */
export async function mountShare(model: string, id: string): Promise<void> {
  const share = join(machineFolder(model, id), 'share');
  if (isMounted(share)) return;
  await must(['mount', '-t', 'tmpfs', '-o', 'size=64k,mode=700', 'tmpfs', share]);
}

async function mountContent(model: string, volumeId: string): Promise<string> {
  const folder = volumeFolder(model, volumeId);
  const content = join(folder, 'content');
  const disk = join(folder, 'disk');
  await shareStateFolder();
  if (existsSync(disk) && !isMounted(content)) await must(['mount', '-o', 'loop', disk, content]);
  return content;
}

async function runs(model: string, id: string): Promise<boolean> {
  return leader(await groupFolder(cgroupName(model, id))) !== undefined;
}

async function inside(model: string, id: string, argv: string[]): Promise<void> {
  const { exitCode, stderr } = await execInMachine(model, id, argv);
  if (exitCode !== 0) throw new Error(`machine ${id}: ${stderr.trim()}`);
}
