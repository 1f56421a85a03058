import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { groupFolder, isPopulated, killGroup, leader } from './cgroup.ts';
import { claimOf } from './claims.ts';
import { run } from './command.ts';
import { endRelay } from './delay.ts';
import { mountRoot } from './disk.ts';
import { execInMachine } from './inside.ts';
import { unmountBelow } from './mounts.ts';
import { ensureNetwork } from './network.ts';
import { restoreNetworkFaults } from './network-faults.ts';
import { nspawnCommand } from './nspawn.ts';
import { cgroupName, machineFolder, modelFolder } from './paths.ts';
import { addPort, portNames, removePort, silencePort } from './port.ts';
import { type MachineRecord, readMachineRecord } from './records.ts';
import { mountShare, mountVolumesOf, unmountVolumesOf } from './volumes.ts';
import { until } from './waiting.ts';

const bootTimeoutMs = 120_000;
const poweroffTimeoutMs = 180_000;

/**
 * Boots a machine and returns when its systemd has started all it wanted to (running) or most of it
 * (degraded). The machine outlives this process. Works from what is on disk alone, whatever became of an
 * earlier run. Throws with the end of the console's log when it does not come up, and when it runs already.
 */
export async function bootMachine(model: string, id: string): Promise<void> {
  const record = readMachineRecord(model, id);
  if (await isRunning(model, id)) throw new Error(`machine ${id} of model ${model} runs already`);
  await killMachine(model, id);
  const network = await ensureNetwork(model);
  await mountRoot(model, id);
  await mountShare(model, id);
  const volumeBinds = await mountVolumesOf(model, id);
  await addPort(network, record.hostNumber);
  await restoreNetworkFaults(model, id);
  const command = nspawnCommand(model, record, portNames(model, record.hostNumber), volumeBinds);
  await launch(model, record, command);
}

async function launch(model: string, record: MachineRecord, command: string[]): Promise<void> {
  const consoleLog = join(machineFolder(model, record.id), 'console.log');
  const group = await groupFolder(cgroupName(model, record.id));
  const log = openSync(consoleLog, 'a');
  const child = spawn(command[0] ?? '', command.slice(1), { detached: true, stdio: ['ignore', log, log] });
  closeSync(log);
  let ended = false;
  child.on('error', () => {
    ended = true;
  });
  child.on('exit', () => {
    ended = true;
  });
  child.unref();
  const isUp = async (): Promise<boolean> => {
    if (ended && !isPopulated(group)) throw new Error('it ended at once');
    if (leader(group) === undefined) return false;
    const state = await execInMachine(model, record.id, ['systemctl', 'is-system-running', '--wait']);
    return ['running', 'degraded'].includes(state.stdout.trim());
  };
  try {
    await until('systemd has started', bootTimeoutMs, isUp);
  } catch (error) {
    const said = readFileSync(consoleLog, 'utf8').trim().split('\n').slice(-15).join('\n');
    const why = (error as Error).message;
    throw new Error(
      `machine ${record.id} of model ${model} does not boot: ${why}; its console says:\n${said}`,
      { cause: error },
    );
  }
}

/** True when the machine has processes that are not about to vanish. */
export async function isRunning(model: string, id: string): Promise<boolean> {
  const group = await groupFolder(cgroupName(model, id));
  return isPopulated(group) && leader(group) !== undefined;
}

/**
 * Shuts a machine down as its own poweroff command does, services first. Throws when that takes over three
 * minutes.
 */
export async function poweroffMachine(model: string, id: string): Promise<void> {
  const group = await groupFolder(cgroupName(model, id));
  const pid = leader(group);
  if (pid !== undefined) {
    // SIGRTMIN+4 is systemd's word for poweroff; Node has no name for it.
    await run(['kill', '-s', 'RTMIN+4', String(pid)]);
    const payload = join(group, 'payload');
    await until(`machine ${id} has shut down`, poweroffTimeoutMs, () => !isPopulated(payload));
  }
  await killMachine(model, id);
}

/**
 * Cuts the power: every process of the machine dies at once and none says a word over the network. Returns
 * when all are gone and the machine's disk is unmounted. What had been written is on its disk. Nothing
 * happens when it does not run.
 */
export async function killMachine(model: string, id: string): Promise<void> {
  const hostNumber = claimOf(join(modelFolder(model), 'addresses'), id);
  const group = await groupFolder(cgroupName(model, id));
  if (hostNumber !== undefined && isPopulated(group)) await silencePort(model, hostNumber);
  await killGroup(group);
  if (hostNumber !== undefined) {
    await endRelay(model, hostNumber);
    await removePort(model, hostNumber);
  }
  const folder = machineFolder(model, id);
  if (!existsSync(folder)) return;
  await unmountBelow(folder);
  await unmountVolumesOf(model, id);
}
