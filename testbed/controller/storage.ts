import {
  charmOf,
  type ModelState,
  nextNumber,
  requireApplication,
  requireUnit,
  type Storage,
  type Unit,
} from './state.ts';
import { parseStorageSpec } from './storage-spec.ts';

/**
 * A storage instance that waits to be provisioned and mounted. Throws when the charm does not declare the
 * name.
 */
export function newStorage(model: ModelState, unit: Unit, name: string, sizeMiB?: number | null): Storage {
  const application = requireApplication(model, unit.application);
  const declared = charmOf(model, application).storage[name];
  if (declared === undefined) {
    throw new Error(`charm storage "${name}" not found (application "${application.name}")`);
  }
  const number = nextNumber(model, 'storage');
  const id = `${name}/${number}`;
  const place = declared.location || `/var/lib/juju/storage/${name}`;
  const apart = declared.multiple || declared.location === '';
  const storage: Storage = {
    id,
    name,
    application: application.name,
    unit: unit.name,
    location: apart ? `${place}/${number}` : place,
    sizeMiB: sizeMiB ?? application.storageSizesMiB[name] ?? null,
    status: 'pending',
    life: 'alive',
  };
  model.storage[id] = storage;
  return storage;
}

/** `juju add-storage`: spec is a size, a count or both. Refused beyond the charm's maximum. */
export function addStorage(model: ModelState, unitName: string, name: string, spec: string): string[] {
  const unit = requireUnit(model, unitName);
  const { count, sizeMiB } = parseStorageSpec(spec);
  checkCount(model, unit, name, count);
  return Array.from({ length: count }, () => newStorage(model, unit, name, sizeMiB).id);
}

/** Throws when `more` instances of the storage would exceed what the charm allows. */
export function checkCount(model: ModelState, unit: Unit, name: string, more: number): void {
  const declared = charmOf(model, requireApplication(model, unit.application)).storage[name];
  if (declared === undefined) throw new Error(`charm storage "${name}" not found`);
  const have = storageOf(model, unit.name).filter((each) => each.name === name).length;
  if (declared.maxCount !== null && have + more > declared.maxCount) {
    throw new Error(
      `cannot add storage to unit ${unit.name}: storage "${name}": ` +
        `at most ${declared.maxCount} instances supported`,
    );
  }
}

export function storageOf(model: ModelState, unit: string): Storage[] {
  return Object.values(model.storage).filter((each) => each.unit === unit);
}

/** Asks the unit to let go of a storage; `force` takes it away without asking. */
export function detachStorage(model: ModelState, id: string, force: boolean): void {
  const storage = requireStorage(model, id);
  if (storage.unit === null) throw new Error(`storage "${id}" is not attached`);
  storage.life = 'dying';
  if (force) storage.status = 'detaching';
}

/** Gives a detached storage to a unit. */
export function attachStorage(model: ModelState, id: string, unitName: string): void {
  const storage = requireStorage(model, id);
  const unit = requireUnit(model, unitName);
  if (storage.unit !== null)
    throw new Error(`cannot attach storage "${id}": it is attached to ${storage.unit}`);
  checkCount(model, unit, storage.name, 1);
  Object.assign(storage, {
    unit: unit.name,
    application: unit.application,
    status: 'pending',
    life: 'alive',
  });
}

export function requireStorage(model: ModelState, id: string): Storage {
  const storage = model.storage[id];
  if (storage === undefined) throw new Error(`storage instance "${id}" not found`);
  return storage;
}
