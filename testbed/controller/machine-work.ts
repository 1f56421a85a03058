import type { Core } from './core.ts';
import { type Machine, type ModelState, type Storage, timestamp } from './state.ts';

const retryMs = 1000;

/**
 * Brings the machines to what the model says: makes and boots them, mounts and unmounts storage, places
 * agents of units that come later, removes what nobody uses. One job per machine at a time; looks again
 * after each change.
 */
export function startMachineWork(core: Core, agentPort: () => number): void {
  const busy = new Set<string>();
  const look = (): void => {
    const model = core.model();
    for (const machine of Object.values(model.machines)) {
      if (busy.has(machine.id)) continue;
      const job = nextJob(core, model, machine, agentPort());
      if (job === null) continue;
      busy.add(machine.id);
      void run(machine.id, job);
    }
    removeLooseVolumes(core, model);
  };
  const run = async (id: string, job: () => Promise<void>): Promise<void> => {
    let pauseMs = 0;
    try {
      await job();
    } catch (error) {
      pauseMs = retryMs;
      const machine = core.model().machines[id];
      const message = error instanceof Error ? error.message : String(error);
      if (machine !== undefined && machine.message !== message) {
        machine.message = message;
        core.log('ERROR', 'juju.worker.provisioner', message);
        core.changed();
      }
    }
    setTimeout(() => {
      busy.delete(id);
      look();
    }, pauseMs);
  };
  core.onFlush(look);
  if (core.hasModel()) look();
}

function nextJob(
  core: Core,
  model: ModelState,
  machine: Machine,
  port: number,
): (() => Promise<void>) | null {
  if (machine.status === 'stopping') return () => removeJob(core, machine);
  if (machine.status === 'pending') return () => createJob(core, machine, port);
  if (machine.status !== 'started') return null;
  const storage = storageOn(model, machine).find(
    (each) => each.status === 'pending' || each.status === 'detaching',
  );
  if (storage !== undefined) return () => storageJob(core, machine, storage);
  const unplaced = Object.values(model.units).find((unit) => unit.machine === machine.id && !unit.placed);
  if (unplaced === undefined) return null;
  return async () => {
    await core.driver.addAgent(machine, unplaced, await agentAddress(core, port));
    unplaced.placed = true;
    core.changed();
  };
}

async function agentAddress(core: Core, port: number): Promise<{ host: string; port: number }> {
  const { hostAddress } = await core.driver.openNetwork();
  return { host: hostAddress, port };
}

async function createJob(core: Core, machine: Machine, port: number): Promise<void> {
  const model = core.model();
  const units = Object.values(model.units).filter((unit) => unit.machine === machine.id);
  const made = await core.driver.create(machine, units, await agentAddress(core, port));
  machine.address = made.address;
  machine.address6 = made.address6;
  for (const storage of storageOn(model, machine)) {
    await core.driver.attach(machine, storage);
    storage.status = 'attached';
  }
  for (const unit of units) unit.placed = true;
  core.changed();
  await core.driver.boot(machine);
  if (machine.status === 'pending') setStatus(model, machine, 'started');
  core.changed();
}

async function storageJob(core: Core, machine: Machine, storage: Storage): Promise<void> {
  const model = core.model();
  if (storage.status === 'pending') {
    await core.driver.attach(machine, storage);
    storage.status = 'attached';
  } else {
    await core.driver.detach(machine, storage, model.juju !== '4.0');
    const unit = storage.unit === null ? undefined : model.units[storage.unit];
    Object.assign(storage, { unit: null, status: 'detached', life: 'alive' });
    if (unit?.destroyStorage === true) storage.life = 'dead';
  }
  machine.message = '';
  core.changed();
}

async function removeJob(core: Core, machine: Machine): Promise<void> {
  await core.driver.remove(machine);
  delete core.model().machines[machine.id];
  core.changed();
}

function storageOn(model: ModelState, machine: Machine): Storage[] {
  return Object.values(model.storage).filter(
    (storage) => storage.unit !== null && model.units[storage.unit]?.machine === machine.id,
  );
}

export function setStatus(model: ModelState, machine: Machine, status: Machine['status']): void {
  Object.assign(machine, { status, message: '', since: timestamp(model) });
}

/** Volumes whose storage left the model for good; a machine that is about to go may still hold them. */
function removeLooseVolumes(core: Core, model: ModelState): void {
  if (Object.values(model.machines).some((machine) => machine.status === 'stopping')) return;
  for (const storage of Object.values(model.storage)) {
    if (storage.life !== 'dead' || storage.unit !== null) continue;
    delete model.storage[storage.id];
    core.changed();
    core.driver.removeVolume(storage.id).catch((error: unknown) => {
      core.log('WARNING', 'juju.worker.storageprovisioner', String(error));
    });
  }
}
