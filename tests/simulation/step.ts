/** A world goes on. */
import { watchContact } from './fence.ts';
import { runHook } from './hook.ts';
import { checkWriters } from './invariants.ts';
import { ring, workOn } from './jobs.ts';
import { moveLease } from './leases.ts';
import { moveByHand } from './manual.ts';
import { beginAction } from './operator.ts';
import { install } from './packages.ts';
import { teardownEvent } from './removal.ts';
import { commit, settle } from './servers.ts';
import { connect, streamTo } from './streams.ts';
import { setClock } from './troubles.ts';
import { tell, type Unit, unitNamed, type World } from './world.ts';

/** One step of the world: some time, servers and clients at work, and one unit's hook a little further. */
export function step(world: World, seconds: number): void {
  world.time += seconds;
  world.ticks += 1;
  for (const unit of world.units) {
    if (unit.machine !== 'up') continue;
    if (!world.faults || world.random.oneIn(2)) settle(world, unit);
    connect(world, unit);
    if (unit.server.connected) streamTo(world, unit, null);
    if (unit.server.writable && world.random.oneIn(3)) commit(world, unit);
    if (!unit.cutController) unit.reachedAt = world.time;
    if (world.time >= unit.clockSetAt) setClock(world, unit);
    watchContact(world, unit);
    workOn(world, unit);
    install(world, unit);
    ring(world, unit);
  }
  checkWriters(world);
  beginAction(world);
  if (world.faults) moveByHand(world);
  advance(world, world.random.pick(world.units));
  if (world.leader === null && world.random.oneIn(20)) moveLease(world);
  const leader = unitNamed(world, world.leader);
  // A holder that cannot renew its lease loses it some time.
  const silent = leader !== null && (leader.machine !== 'up' || leader.cutController);
  if (silent && world.random.oneIn(30)) moveLease(world);
}

/** Lets one unit's agent work: go on with its hook, or start one. */
function advance(world: World, unit: Unit): void {
  if (unit.dead || unit.machine !== 'up') return;
  if (unit.hook !== null) {
    if (unit.stallsUntil > world.time) return;
    const { value, done } = unit.hook.next();
    unit.hookEnds = value === 'commit';
    if (done) unit.hook = null;
    checkWriters(world);
    return;
  }
  if (unit.cutController || unit.failsUntil > world.time) return;
  const teardown = teardownEvent(world, unit);
  if (unit.dead) return;
  const event = unit.retry ?? teardown ?? nextEvent(world, unit);
  if (event === null) return;
  unit.events.delete(event);
  unit.retry = null;
  tell(world, `${unit.name} runs ${event}`);
  unit.event = event;
  unit.hook = runHook(world, unit, event);
}

/** Any owed event; a unit's first ones come in their order. */
function nextEvent(world: World, unit: Unit): string | null {
  if (unit.events.size === 0) return null;
  const first = ['install', 'replication-created'].find((event) => unit.events.has(event));
  return first ?? world.random.pick([...unit.events]);
}
