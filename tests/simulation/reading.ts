/** Juju's half of a hook, parsed by the charm once for each change of it. */
import { type Reading, readJuju } from '../shipped.ts';
import type { Hook } from './hook-state.ts';
import { means } from './means.ts';
import type { Unit } from './world.ts';

/** The reading of what the hook sees now. Bags are replaced, never changed, so one of an earlier hook serves as well. */
export function readingOf(unit: Unit, { juju, event }: Hook): Reading {
  const { reading } = unit;
  if (reading?.of === juju) return reading;
  const made = readJuju(juju, event, means, reading);
  unit.reading = made;
  return made;
}
