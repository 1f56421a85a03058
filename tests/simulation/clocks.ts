/** Clocks of a machine: one that nobody sets and that ends with a boot, and one on the wall that can be wrong. */
import type { Moment } from '../shipped.ts';
import { remembered } from './remembered.ts';
import type { Unit, World } from './world.ts';

const epochMs = Date.UTC(2026, 4, 1);
const texts = new Map<string, string>();

/** The wall clock, as ISO text. */
export function wallText(world: World, unit: Unit): string {
  const seconds = world.time + unit.clock.aheadSeconds;
  return remembered(texts, String(seconds), () => new Date(epochMs + seconds * 1000).toISOString());
}

/** Seconds since the machine has booted. */
export function momentOf(world: World, { name, clock }: Unit): Moment {
  if (world.charm.trustsWallClock)
    return { boot: 'wall', seconds: epochMs / 1000 + world.time + clock.aheadSeconds };
  return { boot: `${name}-${clock.boots}`, seconds: world.time - clock.bootedAt };
}
