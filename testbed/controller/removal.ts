import { revokeLease } from './leases.ts';
import { deleteRelation, isPeer, leaveScope, markDeparting, removeRelation } from './relations.ts';
import {
  type Application,
  type ModelState,
  relationsOf,
  requireApplication,
  requireUnit,
  timestamp,
  type Unit,
  unitsOf,
} from './state.ts';
import { storageOf } from './storage.ts';
import { subordinatesOf } from './subordinates.ts';

/** `juju remove-unit`. With force the unit runs no hook any more: it is simply gone. */
export function removeUnit(model: ModelState, name: string, force: boolean, destroyStorage: boolean): void {
  const unit = requireUnit(model, name);
  if (unit.principal !== null && !force && unit.life === 'alive') {
    const principal = model.units[unit.principal];
    if (principal?.life === 'alive') {
      throw new Error(`unit ${name} is a subordinate, to remove it remove its relation to its principal`);
    }
  }
  unit.destroyStorage ||= destroyStorage;
  letUnitDie(model, unit);
  if (!force) return;
  for (const subordinate of subordinatesOf(model, name)) forgetUnit(model, subordinate);
  forgetUnit(model, unit);
}

function letUnitDie(model: ModelState, unit: Unit): void {
  if (unit.life === 'alive') unit.life = 'dying';
  markDeparting(model, unit);
  for (const storage of storageOf(model, unit.name)) storage.life = 'dying';
  for (const subordinate of subordinatesOf(model, unit.name)) letUnitDie(model, subordinate);
}

/** `juju remove-application`: its relations and units die, then it goes itself. */
export function removeApplication(
  model: ModelState,
  name: string,
  force: boolean,
  destroyStorage: boolean,
): void {
  const application = requireApplication(model, name);
  application.life = 'dying';
  for (const relation of relationsOf(model, name))
    if (!isPeer(relation)) removeRelation(model, relation, force);
  for (const unit of unitsOf(model, name)) {
    if (model.units[unit.name] === undefined) continue;
    unit.destroyStorage ||= destroyStorage;
    letUnitDie(model, unit);
    if (force) removeUnit(model, unit.name, true, destroyStorage);
  }
  dropApplicationIfEmpty(model, application);
}

/** The unit has run its last hook: it stays (dead) until its subordinates are gone, then leaves the model. */
export function unitDied(model: ModelState, name: string): void {
  const unit = requireUnit(model, name);
  unit.life = 'dead';
  eraseSecrets(model, name);
  revokeFrom(model, unit);
  if (subordinatesOf(model, name).length === 0) forgetUnit(model, unit);
}

function eraseSecrets(model: ModelState, unit: string): void {
  for (const [id, secret] of Object.entries(model.secrets)) {
    if (secret.owner.kind === 'unit' && secret.owner.name === unit) delete model.secrets[id];
    else delete secret.consumers[unit];
  }
}

function revokeFrom(model: ModelState, unit: Unit): void {
  if (model.leases[unit.application]?.holder === unit.name) revokeLease(model, unit.application);
}

function forgetUnit(model: ModelState, unit: Unit): void {
  revokeFrom(model, unit);
  eraseSecrets(model, unit.name);
  for (const relation of relationsOf(model, unit.application)) leaveScope(model, relation.id, unit.name);
  for (const storage of storageOf(model, unit.name)) {
    const life = unit.destroyStorage ? 'dead' : 'alive';
    Object.assign(storage, { unit: null, status: 'detached', life });
  }
  for (const task of Object.values(model.tasks)) {
    if (task.unit === unit.name && task.completed === null) {
      Object.assign(task, { status: 'aborted', message: 'unit removed', completed: timestamp(model) });
    }
  }
  delete model.units[unit.name];
  const principal = unit.principal === null ? undefined : model.units[unit.principal];
  if (principal?.life === 'dead' && subordinatesOf(model, principal.name).length === 0)
    forgetUnit(model, principal);
  dropMachineIfEmpty(model, unit.machine);
  const application = model.applications[unit.application];
  if (application !== undefined) dropApplicationIfEmpty(model, application);
}

function dropMachineIfEmpty(model: ModelState, id: string): void {
  const machine = model.machines[id];
  if (machine === undefined || Object.values(model.units).some((unit) => unit.machine === id)) return;
  machine.status = 'stopping';
}

/** `juju remove-machine --force`: everything on it is gone at once. */
export function removeMachine(model: ModelState, id: string, force: boolean): void {
  const machine = model.machines[id];
  if (machine === undefined) throw new Error(`machine ${id} not found`);
  const units = Object.values(model.units).filter((unit) => unit.machine === id);
  if (units.length > 0 && !force) {
    const names = units.map((unit) => unit.name).join(', ');
    throw new Error(`machine ${id} has unit(s) ${names} assigned (use force)`);
  }
  for (const unit of units)
    if (model.units[unit.name] !== undefined) removeUnit(model, unit.name, true, false);
  machine.status = 'stopping';
}

function dropApplicationIfEmpty(model: ModelState, application: Application): void {
  if (application.life === 'alive' || unitsOf(model, application.name).length > 0) return;
  const relations = relationsOf(model, application.name);
  if (relations.some((relation) => !isPeer(relation))) return;
  for (const relation of relations) deleteRelation(model, relation);
  for (const [id, secret] of Object.entries(model.secrets)) {
    if (secret.owner.name === application.name) delete model.secrets[id];
  }
  delete model.leases[application.name];
  delete model.applications[application.name];
}

/** Applications that only waited for a relation to go; called after a unit left a relation. */
export function dropFinishedApplications(model: ModelState): void {
  for (const application of Object.values(model.applications)) dropApplicationIfEmpty(model, application);
}
