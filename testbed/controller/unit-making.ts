import { randomBytes } from 'node:crypto';
import {
  type Application,
  charmOf,
  type Machine,
  type ModelState,
  nextNumber,
  timestamp,
  type Unit,
} from './state.ts';
import { newStorage } from './storage.ts';

/**
 * A unit that waits for its machine. `attachStorage`: ids of detached storage it takes instead of new ones.
 */
export function newUnit(
  model: ModelState,
  application: Application,
  machine: string,
  principal: string | null,
  attachStorage: string[] = [],
): Unit {
  const name = `${application.name}/${nextNumber(model, `unit ${application.name}`)}`;
  const since = timestamp(model);
  const unit: Unit = {
    name,
    application: application.name,
    machine,
    principal,
    life: 'alive',
    token: randomBytes(16).toString('hex'),
    placed: false,
    workload: { status: 'waiting', message: 'waiting for machine', since },
    agent: { status: 'allocating', message: '', since },
    ports: [],
    state: {},
    resolved: { count: 0, retry: true },
    destroyStorage: false,
    statusLog: [],
    faults: { holds: [], repeats: [], killPoints: [], failingCommands: [], failCommits: [] },
  };
  model.units[name] = unit;
  for (const storage of Object.values(charmOf(model, application).storage)) {
    const wanted = Math.max(storage.minCount, application.storageCounts[storage.name] ?? 0);
    const existing = attachStorage.filter((id) => id.startsWith(`${storage.name}/`));
    for (const id of existing) attachExisting(model, unit, id);
    for (let made = existing.length; made < wanted; made += 1) newStorage(model, unit, storage.name);
  }
  return unit;
}

function attachExisting(model: ModelState, unit: Unit, id: string): void {
  const storage = model.storage[id];
  if (storage === undefined) throw new Error(`storage instance "${id}" not found`);
  if (storage.unit !== null)
    throw new Error(`cannot attach storage "${id}": it is attached to ${storage.unit}`);
  Object.assign(storage, {
    unit: unit.name,
    application: unit.application,
    status: 'pending',
    life: 'alive',
  });
}

/** A machine that is still to be made and booted. */
export function newMachine(model: ModelState, base: string): Machine {
  const id = String(nextNumber(model, 'machine'));
  const machine: Machine = {
    id,
    base,
    hostname: `juju-${model.uuid.slice(0, 6)}-${id}`,
    address: '',
    address6: '',
    status: 'pending',
    message: '',
    since: timestamp(model),
  };
  model.machines[id] = machine;
  return machine;
}
