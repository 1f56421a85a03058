import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { unitTag } from '../protocol/names.ts';
import { agentFiles, repository } from './agent-service.ts';
import type { AgentAddress, MachineDriver } from './machine-driver.ts';
import { modelPaths } from './paths.ts';
import type { Machine, Unit } from './state.ts';

/**
 * Machines that are only folders on this computer, their agents ordinary processes: for tests of the
 * controller and the agent that need neither root nor images. What runs is known by pid files, so that a new
 * controller finds it.
 */
export function makeHostDriver(model: string, agentTimeoutMs: () => number): MachineDriver {
  const { folder, charms } = modelPaths(model);
  const rootOf = (machine: Machine): string => join(folder, 'machines', machine.id);
  const place = (machine: Machine, unit: Unit, controller: AgentAddress): void => {
    placeFiles(rootOf(machine), charms, agentFiles(unit, controller, agentTimeoutMs()));
  };
  const { tagsOn, readPid, start, stop } = agentProcesses(rootOf);
  return {
    openNetwork: async () => ({ hostAddress: '127.0.0.1', cidr: '127.0.0.0/8' }),
    async create(machine, units, controller) {
      for (const unit of units) place(machine, unit, controller);
      return { address: `127.0.0.${10 + Number(machine.id)}`, address6: '' };
    },
    async boot(machine) {
      for (const tag of tagsOn(machine)) start(machine, tag);
    },
    isRunning: async (machine) => tagsOn(machine).some((tag) => readPid(machine, tag) !== null),
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
      start(machine, unitTag(unit.name));
    },
    ...linkedVolumes(folder, rootOf),
    async killAgent(machine, unit) {
      const pid = readPid(machine, unitTag(unit.name));
      if (pid !== null) killTree(pid);
    },
    async removeAll() {
      const machines = join(folder, 'machines');
      for (const id of existsSync(machines) ? readdirSync(machines) : []) stop({ id } as Machine);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The agents of a machine as processes, known by a pid file beside their state. */
function agentProcesses(rootOf: (machine: Machine) => string) {
  const agentsOf = (machine: Machine): string => join(rootOf(machine), 'var/lib/juju/agents');
  const tagsOn = (machine: Machine): string[] =>
    existsSync(agentsOf(machine)) ? readdirSync(agentsOf(machine)) : [];
  const pidFile = (machine: Machine, tag: string): string => join(agentsOf(machine), tag, 'pid');
  const start = (machine: Machine, tag: string): void => {
    const main = join(repository, 'testbed/agent/main.ts');
    const child = spawn(process.execPath, [main, join(agentsOf(machine), tag), rootOf(machine)], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    writeFileSync(pidFile(machine, tag), String(child.pid));
    child.on('exit', (code) => {
      if (readPid(machine, tag) !== child.pid) return;
      rmSync(pidFile(machine, tag), { force: true });
      if (code !== 3) start(machine, tag);
    });
  };
  const readPid = (machine: Machine, tag: string): number | null => {
    const file = pidFile(machine, tag);
    return existsSync(file) ? Number(readFileSync(file, 'utf8')) : null;
  };
  const stop = (machine: Machine): void => {
    for (const tag of tagsOn(machine)) {
      const pid = readPid(machine, tag);
      rmSync(pidFile(machine, tag), { force: true });
      if (pid !== null) killTree(pid);
    }
  };
  return { tagsOn, readPid, start, stop };
}

function placeFiles(root: string, charms: string, files: ReturnType<typeof agentFiles>): void {
  for (const file of files) {
    const path = join(root, file.path);
    mkdirSync(dirname(path), { recursive: true });
    const content = file.content.replace('/opt/juju-testbed/charms', charms);
    writeFileSync(path, content, { mode: file.mode });
  }
}

/** Storage as folders of the model; a link in the machine stands for a mount. */
function linkedVolumes(
  folder: string,
  rootOf: (machine: Machine) => string,
): Pick<MachineDriver, 'attach' | 'detach' | 'removeVolume'> {
  return {
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
  };
}

/** An agent and the hooks it runs, which have process groups of their own. */
function killTree(pid: number): void {
  let children: number[] = [];
  try {
    children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
      .split(' ')
      .filter(Boolean)
      .map(Number);
    process.kill(pid, 'SIGKILL');
    for (const child of children) process.kill(-child, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}
