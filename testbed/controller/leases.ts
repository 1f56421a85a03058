import { leaseMs } from './model-config.ts';
import { type ModelState, nowMs, requireApplication, requireUnit, type Unit, unitsOf } from './state.ts';

/** The unit that leads an application now, or null. */
export function leaderOf(model: ModelState, application: string): string | null {
  const lease = model.leases[application];
  return lease?.holder != null && lease.expiresAtMs > nowMs(model) ? lease.holder : null;
}

/** Claims or renews the lease of the unit's application; true when the unit holds it now. */
export function claimLease(model: ModelState, unit: Unit): boolean {
  const holder = leaderOf(model, unit.application);
  if (holder !== null && holder !== unit.name) return false;
  if (holder === null) {
    if (unit.life !== 'alive') return false;
    const lease = model.leases[unit.application];
    const others = unitsOf(model, unit.application).filter((each) => each.life === 'alive' && each !== unit);
    if (lease?.barred === unit.name && others.length > 0) return false;
    giveLease(model, unit);
    return true;
  }
  const lease = model.leases[unit.application];
  if (lease !== undefined) lease.expiresAtMs = nowMs(model) + leaseMs(model);
  return true;
}

function giveLease(model: ModelState, unit: Unit): void {
  const application = requireApplication(model, unit.application);
  const expiresAtMs = nowMs(model) + leaseMs(model);
  model.leases[unit.application] = { holder: unit.name, expiresAtMs, barred: null };
  application.leaderSettingsVersion += 1;
}

/**
 * Ends a leadership before its time. `toUnit`: given to it at once; else the former leader may not claim
 * first.
 */
export function revokeLease(model: ModelState, application: string, toUnit?: string): void {
  const former = leaderOf(model, application);
  if (toUnit !== undefined) {
    const unit = requireUnit(model, toUnit);
    if (unit.application !== application)
      throw new Error(`unit "${toUnit}" is not of application "${application}"`);
    giveLease(model, unit);
    return;
  }
  model.leases[application] = { holder: null, expiresAtMs: 0, barred: former };
}

/** End of the next lease, in model time; null when none is held. */
export function nextExpiryMs(model: ModelState): number | null {
  const now = nowMs(model);
  const ends = Object.values(model.leases)
    .filter((lease) => lease.holder !== null && lease.expiresAtMs > now)
    .map((lease) => lease.expiresAtMs);
  return ends.length === 0 ? null : Math.min(...ends);
}
