import { type ModelState, requireApplication, type Unit, unitsOf } from './state.ts';
import { newUnit } from './unit-making.ts';

/** Puts a unit of a subordinate application beside a principal, unless there is one. */
export function addSubordinate(model: ModelState, subordinate: string, principal: Unit): void {
  const application = requireApplication(model, subordinate);
  if (application.life !== 'alive' || principal.life !== 'alive') return;
  if (unitsOf(model, subordinate).some((unit) => unit.principal === principal.name)) return;
  newUnit(model, application, principal.machine, principal.name);
}

/** The subordinates of a unit that are not gone yet. */
export function subordinatesOf(model: ModelState, principal: string): Unit[] {
  return Object.values(model.units).filter((unit) => unit.principal === principal);
}
