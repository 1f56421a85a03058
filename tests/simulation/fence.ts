/** The model of the fence (src/postgres/jobs/fence.ts): it fences, and wakes the charm when a stream breaks or comes back. */
import { firstContactSeconds, type Look, runsUntil } from '../shipped.ts';
import { wallText } from './clocks.ts';
import { stopServer } from './servers.ts';
import { streamsFrom } from './streams.ts';
import { reaches, tell, type Unit, type World } from './world.ts';

/** The process has just begun. */
export function beginFence(world: World, unit: Unit): void {
  unit.fence = {
    runsUntil: world.time + firstContactSeconds,
    hasStopped: false,
    received: unit.server.connected,
    lostUnnoticedAt: null,
  };
}

/** Somebody ends the process; the charm looks at the next event. */
export function endFence(world: World, unit: Unit): void {
  const process = unit.kept.server.fence;
  if (process?.alive !== true) return;
  unit.kept = { ...unit.kept, server: { ...unit.kept.server, fence: { ...process, alive: false } } };
  unit.fence.lostUnnoticedAt = world.ticks;
  tell(world, `${unit.name}: its fence is ended`);
}

/** One look of the fence. */
export function watchContact(world: World, unit: Unit): void {
  const { fence } = unit;
  const process = unit.kept.server.fence;
  if (process?.alive !== true) return;
  const look = lookAt(world, unit);
  fence.runsUntil = runsUntil(fence.runsUntil, look, world.time);
  if (look === 'alone' && world.time >= fence.runsUntil && world.charm.fences) {
    tell(world, `${unit.name} has no contact and is fenced`);
    stopServer(world, unit);
    const stopped = { ...process, stoppedAt: wallText(world, unit) };
    unit.kept = { ...unit.kept, server: { ...unit.kept.server, fence: stopped } };
    fence.hasStopped = true;
  }
  const isStandby = unit.server.proc === 'running' && !unit.server.writable;
  if (isStandby && fence.received !== unit.server.connected) {
    fence.received = unit.server.connected;
    unit.events.add('wake');
  }
  if (!fence.hasStopped || unit.cutController) return;
  fence.hasStopped = false;
  unit.events.add('wake');
}

function lookAt(world: World, unit: Unit): Look {
  const { server } = unit;
  if (server.proc === 'down' || server.data?.standbySignal !== false) return 'no-primary';
  if (!unit.cutController) return 'contact';
  const streams = world.units.some((other) => streamsFrom(world, other, unit) && reaches(other, unit));
  return streams ? 'contact' : 'alone';
}
