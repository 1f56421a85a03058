import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { agentFiles, repository } from './agent-service.ts';
import type { AgentAddress, MachineDriver } from './machine-driver.ts';
import { unitTag } from './names.ts';
import { modelPaths } from './paths.ts';
import type { Machine, Unit } from './state.ts';

/**
 * Machines that are only folders on this computer, their agents ordinary processes: for tests of the controller and
 * the agent that need neither root nor images.
 */
export function makeHostDriver(model: string, agentTimeoutMs: () => number): MachineDriver {
  const { folder, charms } = modelPaths(model);
  const agents = new Map<string, ChildProcess>();
  const rootOf = (machine: Machine): string => join(folder, 'machines', machine.id);
  const known = new Map<string, Unit[]>();

  const place = (machine: Machine, unit: Unit, controller: AgentAddress): void => {
    known.set(machine.id, [...(known.get(machine.id) ?? []), unit]);
    for (const file of agentFiles(unit, controller, agentTimeoutMs())) {
      const path = join(rootOf(machine), file.path);
      mkdirSync(dirname(path), { recursive: true });
      const content = file.content.replace('/opt/juju-testbed/charms', charms);
      writeFileSync(path, content, { mode: file.mode });
    }
  };
  const start = (machine: Machine, unit: Unit): void => {
    const home = join(rootOf(machine), 'var/lib/juju/agents', unitTag(unit.name));
    const child = spawn(
      process.execPath,
      [join(repository, 'testbed/agent/main.ts'), home, rootOf(machine)],
      {
        stdio: ['ignore', 'ignore', 'inherit'],
      },
    );
    agents.set(unit.name, child);
    child.on('exit', (code) => {
      if (agents.get(unit.name) !== child) return;
      agents.delete(unit.name);
      if (code !== 3) start(machine, unit);
    });
  };
  const stop = (machine: Machine): void => {
    for (const unit of known.get(machine.id) ?? []) {
      const child = agents.get(unit.name);
      agents.delete(unit.name);
      child?.kill('SIGKILL');
    }
  };
  return {
    openNetwork: async () => ({ hostAddress: '127.0.0.1', cidr: '127.0.0.0/8' }),
    async create(machine, units, controller) {
      known.delete(machine.id);
      for (const unit of units) place(machine, unit, controller);
      return { address: `127.0.0.${10 + Number(machine.id)}`, address6: '' };
    },
    async boot(machine) {
      for (const unit of known.get(machine.id) ?? []) start(machine, unit);
    },
    isRunning: async (machine) => (known.get(machine.id) ?? []).some((unit) => agents.has(unit.name)),
    kill: async (machine) => {
      stop(machine);
    },
    shutDown: async (machine) => {
      stop(machine);
      // A new boot id, as after a real reboot.
      writeFileSync(join(rootOf(machine), 'boot-id'), String(Date.now()));
    },
    async remove(machine) {
      stop(machine);
      rmSync(rootOf(machine), { recursive: true, force: true });
    },
    async addAgent(machine, unit, controller) {
      place(machine, unit, controller);
      start(machine, unit);
    },
    async attach(machine, storage) {
      const volume = join(folder, 'volumes', storage.id.replace('/', '-'));
      mkdirSync(volume, { recursive: true });
      const link = join(rootOf(machine), storage.location);
      mkdirSync(dirname(link), { recursive: true });
      rmSync(link, { force: true });
      symlinkSync(volume, link);
    },
    async detach(machine, storage) {
      rmSync(join(rootOf(machine), storage.location), { force: true });
    },
    async removeVolume(storageId) {
      rmSync(join(folder, 'volumes', storageId.replace('/', '-')), { recursive: true, force: true });
    },
    async killAgent(_machine, unit) {
      agents.get(unit.name)?.kill('SIGKILL');
    },
    async removeAll() {
      for (const child of agents.values()) child.removeAllListeners('exit').kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
