/** Replication slots that a unit keeps. */
import type { SlotFacts } from '../server/server-facts.ts';
import { slotName } from './units.ts';

export interface SlotPlan {
  readonly create: readonly string[];
  readonly drop: readonly string[];
}

/**
 * One slot for every other member, on every unit, so that a unit that is promoted keeps WAL for all at once.
 * Dropped are slots for members that are gone (only names of this application's form), and on a standby those
 * that hold back WAL for nobody: they are left over from its time as a primary and made anew, empty.
 */
export function planSlots(
  unit: string,
  others: readonly string[],
  slots: readonly SlotFacts[],
  inRecovery: boolean,
): SlotPlan {
  const desired = others.filter((other) => other !== unit).map(slotName);
  const prefix = slotName(unit).replace(/\d+$/, '');
  const isOurs = (name: string): boolean =>
    name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length));
  const stale = (slot: SlotFacts): boolean =>
    !desired.includes(slot.name) || (inRecovery && slot.walStatus !== null) || slot.walStatus === 'lost';
  const drop = slots
    .filter((slot) => isOurs(slot.name) && !slot.active && stale(slot))
    .map((slot) => slot.name);
  const present = slots.map((slot) => slot.name).filter((name) => !drop.includes(name));
  return { create: desired.filter((name) => !present.includes(name)).sort(), drop: drop.sort() };
}
