/** The model of the fence (src/postgres/jobs/fence.ts), as far as it fences. */
import { type Look, runsUntil } from '../../src/cluster/fence.ts';
import { firstContactSeconds } from '../../src/cluster/limits.ts';
import { stopServer } from './servers.ts';
import { reaches, tell, type Unit, type World } from './world.ts';

/** A unit with peers has one from its first pass on, a unit alone has none. */
export function keepFence(world: World, unit: Unit, others: number): void {
  const { fence } = unit;
  const wanted = world.rules.fences && (others > 0 || (unit.dying && fence.runs));
  if (wanted === fence.runs) return;
  unit.fence = { runs: wanted, runsUntil: world.time + firstContactSeconds, hasStopped: false };
}

/** One look of the fence. */
export function watchContact(world: World, unit: Unit): void {
  const { fence } = unit;
  if (!fence.runs) return;
  const look = lookAt(world, unit);
  fence.runsUntil = runsUntil(fence.runsUntil, look, world.time);
  if (look === 'alone' && world.time >= fence.runsUntil) {
    tell(world, `${unit.name} has no contact and is fenced`);
    stopServer(world, unit);
    fence.hasStopped = true;
  }
  if (!fence.hasStopped || unit.cutController) return;
  fence.hasStopped = false;
  unit.events.add('wake');
}

function lookAt(world: World, unit: Unit): Look {
  const { server } = unit;
  if (server.proc === 'down' || server.data?.standbySignal !== false) return 'no-primary';
  const streams = world.units.some(
    (other) => other.server.connected && other.server.follows === unit.name && reaches(other, unit),
  );
  return streams || !unit.cutController ? 'contact' : 'alone';
}
