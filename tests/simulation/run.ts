/** One seed: a model is deployed, things happen to it, all faults end, and it must be well again. */

import { mend, ring, strike, teardownEvent } from './faults.ts';
import { watchContact } from './fence.ts';
import { checkWriters, unsettled } from './invariants.ts';
import { workOn } from './jobs.ts';
import { moveLease } from './juju.ts';
import { holders } from './operator.ts';
import { runHook } from './pass.ts';
import { type Plant, rulesWith } from './plants.ts';
import { randomFrom } from './random.ts';
import { commit, connect, createCluster, settle, streamTo } from './servers.ts';
import { newUnit, tell, type Unit, unitNamed, type World } from './world.ts';

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
  // Where hooks are quick, several of their steps fall into one second.
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
  const emptied = holders(world).every(({ memory }) => memory.halfRewound);
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
  const units = world.units.map(({ name, server, memory, dead }) => [
    name,
    dead,
    server.proc,
    server.data?.end,
    memory.seenEpoch,
  ]);
  return JSON.stringify([world.time, world.leader, world.decisions.at(-1), units, world.violation]);
}

function deploy(seed: number, plant: Plant | null, listen: boolean): World {
  const random = randomFrom(seed);
  const world: World = {
    seed,
    random,
    rules: rulesWith(plant),
    tellsDeparture: random.oneIn(2),
    keepsBags: random.oneIn(2),
    hasStorage: random.oneIn(2),
    canRewind: !random.oneIn(4),
    time: 0,
    units: [],
    leader: null,
    leaseToldAt: -100,
    bags: new Map(),
    decisions: [],
    branches: [],
    faults: true,
    systems: 0,
    story: listen ? [] : null,
    violation: null,
  };
  const count = 1 + random.below(5);
  for (let number = 0; number < count; number += 1) world.units.push(newUnit(`postgresql/${number}`));
  if (random.oneIn(6)) attachStorage(world, random.pick(world.units));
  world.leader = random.pick(world.units).name;
  return world;
}

/** A unit whose storage brings the data of an earlier life; it has said so before anybody decides. */
function attachStorage(world: World, unit: Unit): void {
  createCluster(world, unit);
  const { data } = unit.server;
  if (data === null) return;
  data.branch.acked = data.end;
  unit.installed = true;
  world.bags.set(unit.name, {
    unit: unit.name,
    host: unit.name,
    port: 5432,
    version: '15.9',
    systemIdentifier: data.system,
    role: 'stopped',
    timeline: 1,
    position: null,
    history: [],
    streamingFrom: null,
    epoch: 0,
    refused: null,
    leaving: false,
    job: null,
  });
}

/** One step of the world: some time, servers and clients at work, and one unit's hook a little further. */
function step(world: World, seconds: number): void {
  world.time += seconds;
  for (const unit of world.units) {
    if (unit.machine !== 'up') continue;
    if (!world.faults || world.random.oneIn(2)) settle(world, unit);
    connect(world, unit);
    if (unit.server.connected) streamTo(world, unit, !world.faults);
    if (unit.server.writable && world.random.oneIn(3)) commit(world, unit);
    if (!unit.cutController) unit.reachedAt = world.time;
    watchContact(world, unit);
    workOn(world, unit);
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

/** Any owed event; `install` comes first. */
function nextEvent(world: World, unit: Unit): string | null {
  if (unit.events.size === 0) return null;
  return unit.events.has('install') ? 'install' : world.random.pick([...unit.events]);
}
