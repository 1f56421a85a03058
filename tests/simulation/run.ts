/** One seed: a model is deployed, things happen to it, all faults end, and it must be well again. */
import { deploy } from './deploy.ts';
import { mend, strike } from './faults.ts';
import { watchContact } from './fence.ts';
import { runHook } from './hook.ts';
import { checkWriters } from './invariants.ts';
import { ring, workOn } from './jobs.ts';
import { moveLease } from './leases.ts';
import { holders } from './operator.ts';
import { install } from './packages.ts';
import type { Plant } from './plants.ts';
import { teardownEvent } from './removal.ts';
import { commit, settle } from './servers.ts';
import { connect, streamTo } from './streams.ts';
import { setClock } from './troubles.ts';
import { unsettled } from './unsettled.ts';
import { tell, type Unit, unitNamed, type World } from './world.ts';

export interface Result {
  readonly seed: number;
  /** The first invariant that did not hold, or why the cluster did not get well; null when all is fine. */
  readonly failure: string | null;
  /** The data left with its units, or all that is left is half rewound (docs/replication.md): nothing to get well with. */
  readonly emptied: boolean;
  readonly steps: number;
  readonly story: readonly string[];
  /** A summary of the end state, to compare two runs. */
  readonly digest: string;
}

/** Runs a seed. `listen` keeps the story. */
export function runSeed(seed: number, plant: Plant | null, listen: boolean): Result {
  const world = deploy(seed, plant, listen);
  let steps = world.random.oneIn(3) ? 0 : settleFirst(world);
  const busySteps = steps + 150 + world.random.below(500);
  const rate = 6 + world.random.below(40);
  // Quick hooks: several of their steps fall into one second.
  const stepsASecond = world.random.oneIn(2) ? 1 : 8;
  for (; steps < busySteps && world.violation === null; steps += 1) {
    if (world.random.oneIn(rate)) strike(world);
    step(world, world.random.oneIn(stepsASecond) ? world.random.below(3) : 0);
  }
  mend(world);
  let waiting: string | null = 'not begun';
  for (let round = 0; round < 4000 && waiting !== null && world.violation === null; round += 1) {
    step(world, 1);
    steps += 1;
    if (round % 10 === 0) waiting = unsettled(world);
    if (round % 200 === 199) for (const unit of world.units) unit.events.add('update-status');
  }
  const emptied = holders(world).every(({ kept }) => kept.memory.cluster.halfRewound);
  const stuck = waiting === null || emptied ? null : `does not get well: ${waiting}`;
  const failure = world.violation ?? stuck;
  if (failure !== null) tell(world, `FAILURE ${failure}`);
  return { seed, failure, emptied, steps, story: world.story ?? [], digest: digest(world) };
}

/** Lets the deployment come up in peace; returns the steps it took. */
function settleFirst(world: World): number {
  let steps = 0;
  world.faults = false;
  while (steps < 600 && (steps % 10 !== 0 || unsettled(world) !== null) && world.violation === null) {
    step(world, 1);
    steps += 1;
  }
  world.faults = true;
  return steps;
}

function digest(world: World): string {
  const units = world.units.map(({ name, server, kept, dead }) => [
    name,
    dead,
    server.proc,
    server.data?.end,
    kept.memory.cluster.seenEpoch,
  ]);
  return JSON.stringify([world.time, world.leader, world.decisions.at(-1), units, world.violation]);
}

/** One step of the world: some time, servers and clients at work, and one unit's hook a little further. */
function step(world: World, seconds: number): void {
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
