import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  attachVolume,
  type Base,
  bases,
  bootMachine,
  createMachine,
  createVolume,
  detachVolume,
  ensureNetwork,
  execInMachine,
  isRunning,
  killMachine,
  poweroffMachine,
  removeMachine,
  removeModelMachines,
  removeVolume,
  writeFileInMachine,
} from '../machines/index.ts';
import { agentFiles, insideFolder, repository, serviceName } from './agent-service.ts';
import type { MachineDriver } from './machine-driver.ts';
import { modelPaths } from './paths.ts';
import type { Machine, Storage } from './state.ts';

/** Machines as systemd-nspawn containers. `agentTimeoutMs` is asked for at each placing of an agent. */
export function makeNspawnDriver(model: string, agentTimeoutMs: () => number): MachineDriver {
  const { charms, folder } = modelPaths(model);
  const inside = async (machine: Machine, argv: string[]): Promise<void> => {
    const { exitCode, stderr, stdout } = await execInMachine(model, machine.id, argv);
    if (exitCode !== 0) throw new Error(`${argv.join(' ')} on machine ${machine.id}: ${stderr || stdout}`);
  };
  return {
    openNetwork: () => ensureNetwork(model),
    async create(machine, units, controller) {
      const files = units.flatMap((unit) => agentFiles(unit, controller, agentTimeoutMs()));
      return createMachine({
        model,
        id: machine.id,
        base: knownBase(machine.base),
        hostname: machine.hostname,
        binds: [
          { from: join(repository, 'testbed'), to: `${insideFolder}/testbed`, readOnly: true },
          { from: join(repository, 'node_modules'), to: `${insideFolder}/node_modules`, readOnly: true },
          { from: join(repository, 'package.json'), to: `${insideFolder}/package.json`, readOnly: true },
          { from: charms, to: `${insideFolder}/charms`, readOnly: true },
        ],
        files,
        enable: units.map(serviceName),
      });
    },
    boot: (machine) => bootMachine(model, machine.id),
    isRunning: (machine) => isRunning(model, machine.id),
    kill: (machine) => killMachine(model, machine.id),
    shutDown: (machine) => poweroffMachine(model, machine.id),
    remove: (machine) => removeMachine(model, machine.id),
    async addAgent(machine, unit, controller) {
      for (const file of agentFiles(unit, controller, agentTimeoutMs())) {
        await writeFileInMachine(model, machine.id, file.path, file.content, file.mode);
      }
      await inside(machine, ['systemctl', 'daemon-reload']);
      await inside(machine, ['systemctl', 'enable', '--now', serviceName(unit)]);
    },
    async attach(machine, storage) {
      const volume = volumeOf(storage);
      const size = storage.sizeMiB === null ? {} : { sizeMiB: storage.sizeMiB };
      if (!existsSync(join(folder, 'volumes', volume))) await createVolume(model, volume, size);
      await attachVolume(model, machine.id, volume, storage.location);
    },
    detach: (machine, storage, masked) => detach(model, machine, storage, masked),
    removeVolume: (storageId) => removeVolume(model, storageId.replace('/', '-')),
    async killAgent(machine, unit) {
      await inside(machine, ['systemctl', 'kill', '--kill-who=main', '--signal=KILL', serviceName(unit)]);
    },
    removeAll: () => removeModelMachines(model),
  };
}

function volumeOf(storage: Storage): string {
  return storage.id.replace('/', '-');
}

/** Up to 3.6 (`masked`) a busy mount is taken away over the heads of those who use it. */
async function detach(model: string, machine: Machine, storage: Storage, masked: boolean): Promise<void> {
  try {
    await detachVolume(model, machine.id, volumeOf(storage));
  } catch (error) {
    if (!masked) throw error;
    await execInMachine(model, machine.id, ['umount', '--lazy', storage.location]);
    await execInMachine(model, machine.id, ['mount', '--bind', storage.location, storage.location]);
    await detachVolume(model, machine.id, volumeOf(storage));
  }
}

function knownBase(base: string): Base {
  const known = bases.find((each) => each === base);
  if (known === undefined) throw new Error(`no image for base "${base}" (there are: ${bases.join(', ')})`);
  return known;
}
