/** Goal of a cluster once faults end. */
import { decodeMember } from '../shipped.ts';
import { followed } from './streams.ts';
import { currentDecision, type Unit, unitNamed, type World } from './world.ts';

/** Reason the cluster is not yet as it should be, or null. Only to be asked when no faults happen any more. */
export function unsettled(world: World): string | null {
  const decision = currentDecision(world);
  if (decision?.kind !== 'primary') return `the decision is ${decision?.kind ?? 'missing'}`;
  const primary = unitNamed(world, decision.primary);
  if (primary === null || primary.dead || primary.dying) return 'the named primary is gone';
  if (!primary.server.writable) return `${primary.name} does not accept writes`;
  for (const unit of world.units) {
    if (unit.dead) continue;
    if (unit.dying) return `${unit.name} is still leaving`;
    if (unit !== primary) {
      const why = unsettledStandby(world, unit, primary);
      if (why !== null) return why;
    }
    const epoch = decodeMember(unit.name, world.bags.get(unit.name) ?? {}).facts?.epoch;
    if (unit !== primary && epoch !== decision.epoch) return `${unit.name} has not reported`;
  }
  if (decision.excluded.some((name) => world.units.some((unit) => unit.name === name && !unit.dead))) {
    return 'a member is still given up';
  }
  return null;
}

function unsettledStandby(world: World, unit: Unit, primary: Unit): string | null {
  const { server } = unit;
  if (server.writable || !server.connected || followed(world, unit) !== primary) {
    return `${unit.name} does not follow ${primary.name}`;
  }
  return server.aside === null ? null : `${unit.name} still keeps data aside`;
}
