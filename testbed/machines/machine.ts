import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { claimNumber, releaseClaim } from './claims.ts';
import { execOnDisk, mountRoot } from './disk.ts';
import { writeFileInMachine } from './files-inside.ts';
import { ensureImage } from './image.ts';
import { ensureNetwork, knownNetwork } from './network.ts';
import { forgetPairs } from './network-faults.ts';
import { type Base, machineFolder, modelFolder } from './paths.ts';
import { portAddresses } from './port.ts';
import { killMachine } from './power.ts';
import { type Bind, readMachineRecord, writeMachineRecord } from './records.ts';
import { detachAllVolumes } from './volumes.ts';

export interface MachineInfo {
  model: string;
  id: string;
  base: Base;
  hostname: string;
  address: string;
  address6: string;
  /** Folder of the machine's state on the host, its console.log too. */
  folder: string;
  /** The machine's root file system, seen from the host while it is mounted. */
  rootPath: string;
}

export interface MachineSpec {
  model: string;
  id: string;
  base: Base;
  hostname: string;
  /** Host folders or files seen inside. */
  binds?: Bind[];
  /** Written before the first boot. */
  files?: { path: string; content: string; mode: number }[];
  /** systemd units to enable. */
  enable?: string[];
}

/**
 * Makes a machine that has never been booted. A leftover of the same id is removed first, even if it runs.
 * Throws on names that cannot be folders, and when a unit cannot be enabled.
 */
export async function createMachine(spec: MachineSpec): Promise<MachineInfo> {
  const { model, id, base, hostname } = spec;
  await removeMachine(model, id);
  const image = await ensureImage(base, () => undefined);
  await ensureNetwork(model);
  const folder = machineFolder(model, id);
  for (const name of ['upper', 'work', 'root', 'share']) {
    await mkdir(join(folder, name), { recursive: true });
  }
  const candidates = Array.from({ length: 240 }, (_, index) => index + 10);
  const hostNumber = claimNumber(
    addressesFolder(model),
    id,
    candidates,
    `model ${model} is out of addresses`,
  );
  const binds = spec.binds ?? [];
  writeMachineRecord(model, { id, base, hostname, image, hostNumber, binds, cut: false, delayMs: 0 });
  const info = machineInfo(model, id);
  await mountRoot(model, id);
  const local = '127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback';
  const hosts = `${local}\n${info.address} ${hostname}\n`;
  const files = [
    { path: '/etc/hostname', content: `${hostname}\n`, mode: 0o644 },
    { path: '/etc/hosts', content: hosts, mode: 0o644 },
    { path: '/etc/machine-id', content: `${randomBytes(16).toString('hex')}\n`, mode: 0o444 },
    ...(spec.files ?? []),
  ];
  for (const file of files) await writeFileInMachine(model, id, file.path, file.content, file.mode);
  if (spec.enable !== undefined && spec.enable.length > 0) {
    const enabled = await execOnDisk(model, id, ['systemctl', 'enable', ...spec.enable]);
    if (enabled.exitCode !== 0) throw new Error(`machine ${id}: ${enabled.stderr.trim()}`);
  }
  return info;
}

/** Record of a machine, from the disk. Throws when there is no such machine. */
export function machineInfo(model: string, id: string): MachineInfo {
  const { base, hostname, hostNumber } = readMachineRecord(model, id);
  const { address, address6 } = portAddresses(knownNetwork(model), hostNumber);
  const folder = machineFolder(model, id);
  return { model, id, base, hostname, address, address6, folder, rootPath: join(folder, 'root') };
}

/**
 * Cuts the power of a machine and deletes its disk; volumes stay. Nothing happens when there is no such
 * machine.
 */
export async function removeMachine(model: string, id: string): Promise<void> {
  const folder = machineFolder(model, id);
  await killMachine(model, id);
  await forgetPairs(model, id);
  await detachAllVolumes(model, id);
  releaseClaim(addressesFolder(model), id);
  if (!existsSync(folder)) return;
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  await rmdir(`/run/systemd/nspawn/propagate/${model}.${id}`).catch(() => undefined);
}

function addressesFolder(model: string): string {
  return join(modelFolder(model), 'addresses');
}
