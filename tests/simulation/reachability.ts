/** Ports of other members that a hook tries, and their answers. */
import { looksFor } from '../shipped.ts';
import { withoutUnseen } from './blindness.ts';
import type { Hook } from './hook-state.ts';
import { answers } from './jobs.ts';
import { readingOf } from './reading.ts';
import { serverFacts } from './server-facts.ts';
import { type Unit, unitNamed, type World } from './world.ts';

/** Unit → whether its server's port takes connections. */
export function tryPorts(world: World, unit: Unit, hook: Hook): Record<string, boolean> {
  const found: Record<string, boolean> = {};
  const looks = looksFor(
    hook.juju,
    readingOf(unit, hook),
    hook.event,
    withoutUnseen(world, unit, serverFacts(world, unit)),
  );
  for (const { unit: name } of looks.ports) {
    const other = unitNamed(world, name);
    found[name] = other !== null && answers(unit, other);
  }
  return found;
}
