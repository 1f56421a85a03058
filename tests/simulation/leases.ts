/** Leases of leadership. */
import { tell, type Unit, type World } from './world.ts';

/** Leases last half a minute past an answer of is-leader, even when the leader fails; only its removal revokes one. */
const leaseSeconds = 30;

/** Asks whether `unit` is the leader. */
export function isLeader(world: World, unit: Unit): boolean {
  if (world.leader !== unit.name || unit.cutController) return false;
  world.leaseToldAt = world.time;
  return true;
}

/** The lease moves to another unit, when it may. */
export function moveLease(world: World): void {
  const holder = world.units.find(({ name }) => name === world.leader);
  if (holder !== undefined && !holder.dead && world.time - world.leaseToldAt < leaseSeconds) return;
  const claimants = world.units.filter(
    (unit) => !unit.dead && !unit.dying && unit.machine === 'up' && !unit.cutController && unit.installed,
  );
  if (claimants.length === 0) return;
  const next = world.random.pick(claimants);
  if (world.leader === next.name) return;
  world.leader = next.name;
  world.leaseToldAt = world.time;
  next.events.add('leader-elected');
  tell(world, `${next.name} is leader`);
}
