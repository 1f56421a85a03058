/** Units that come and go. */
import { crash } from './servers.ts';
import { tell, type Unit, type World } from './world.ts';

/** remove-unit: the unit learns of it, and up to 3.6 so do its peers. */
export function beginRemoval(world: World, unit: Unit): void {
  unit.dying = true;
  const peers = world.units.filter((other) => other !== unit && !other.dead && other.joined);
  const departures = peers.map(({ name }) => `departed ${name}`);
  unit.teardown = [...(world.hasStorage ? ['storage-detaching'] : []), ...departures, 'stop', 'remove'];
  tell(world, `remove-unit ${unit.name}`);
  if (world.tellsDeparture) tellDeparture(world, unit);
}

/** The unit is gone from the model. */
export function endRemoval(world: World, unit: Unit): void {
  unit.dead = true;
  unit.hook = null;
  unit.events.clear();
  tell(world, `${unit.name} is gone from the model`);
  if (world.leader === unit.name) world.leader = null;
  if (world.tellsDeparture) tellDeparture(world, unit);
}

function tellDeparture(world: World, unit: Unit): void {
  for (const other of world.units) if (other !== unit) other.events.add(`departed ${unit.name}`);
}

/** The next hook of a unit being removed, and its end. */
export function teardownEvent(world: World, unit: Unit): string | null {
  if (unit.teardown === null) return null;
  const [next] = unit.teardown;
  if (next !== undefined) return next;
  if (unit.hook === null) {
    endRemoval(world, unit);
    unit.machine = 'gone';
    crash(world, unit, 'its machine is removed');
  }
  return null;
}
