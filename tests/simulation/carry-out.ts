/** A goal carried out on the modelled server, step by step. */
import { writesBeginWithin } from '../../src/cluster/deadlines.ts';
import type { MemberOutcome } from '../../src/cluster/member.ts';
import type { MemberView } from '../../src/cluster/view.ts';
import { keepFence } from './fence.ts';
import { checkCreate, checkRemoval } from './invariants.ts';
import { connect, createCluster, promote, startServer, stopServer } from './servers.ts';
import { tell, type Unit, type World } from './world.ts';

/** Takes the steps the goal still needs. Returns whether anything changed. */
export function* carryOut(
  world: World,
  unit: Unit,
  view: MemberView,
  outcome: MemberOutcome,
  askedAt: number,
): Generator<string, boolean> {
  const { server } = unit;
  let changed = false;
  keepFence(world, unit, view.others.length);
  const boots = world.rules.bootsAlways ? true : outcome.startsAtBoot;
  if (boots !== server.startsAtBoot) {
    server.startsAtBoot = boots;
    changed = true;
    yield 'boot.set';
  }
  server.admits = view.others.map((other) => other.unit);
  if (server.aside !== null && server.connected) {
    checkRemoval(world, unit);
    server.aside = null;
    changed = true;
    yield 'data.remove';
  }
  const limit = world.rules.startsLate ? null : writesBeginWithin(view, outcome);
  if (limit !== null && world.time - askedAt > limit && !server.writable) {
    unit.wakes.push({ at: world.time + 1, silent: null });
    return false;
  }
  return (yield* towards(world, unit, outcome.goal)) || changed;
}

function* towards(world: World, unit: Unit, goal: MemberOutcome['goal']): Generator<string, boolean> {
  switch (goal.kind) {
    case 'hold':
      return false;
    case 'create':
      checkCreate(world, unit);
      createCluster(world, unit);
      yield 'cluster.create';
      startServer(world, unit, 'create');
      return true;
    case 'run-primary':
      if (unit.server.proc !== 'down') return false;
      startServer(world, unit, 'pass');
      yield 'server.start';
      return true;
    case 'promote':
      promote(world, unit);
      yield 'server.promote';
      return true;
    case 'stop':
      if (unit.server.proc === 'down') return false;
      stopServer(world, unit);
      yield 'server.stop';
      return true;
    case 'freeze':
      return yield* standBy(world, unit, null);
    case 'follow':
      return yield* standBy(world, unit, goal.upstream.host);
    case 'clone':
    case 'rewind':
      return yield* beginJob(world, unit, goal.kind, goal.upstream.unit, goal.lineage);
  }
}

function* standBy(world: World, unit: Unit, upstream: string | null): Generator<string, boolean> {
  const { server } = unit;
  if (server.data === null) return false;
  let changed = false;
  if (server.follows !== upstream) {
    server.follows = upstream;
    server.connected = false;
    server.walMissing = false;
    changed = true;
    yield 'file.write';
  }
  if (!server.data.standbySignal && server.proc === 'down') {
    server.data.standbySignal = true;
    changed = true;
    yield 'standby.signal';
  }
  if (server.proc === 'down') {
    startServer(world, unit, 'pass');
    changed = true;
    yield 'server.start';
  }
  connect(world, unit);
  return changed;
}

function* beginJob(
  world: World,
  unit: Unit,
  name: 'clone' | 'rewind',
  from: string,
  lineage: string,
): Generator<string, boolean> {
  const { server, job } = unit;
  if (job?.state === 'running') return false;
  if (name === 'rewind' && server.proc !== 'down') {
    stopServer(world, unit);
    yield 'server.stop';
  }
  if (name === 'clone' && world.rules.deletesBeforeClone && server.data !== null) {
    checkRemoval(world, unit);
    server.proc = 'down';
    server.data = null;
    yield 'data.remove';
  }
  const attempts = job?.name === name && job.state === 'failed' ? job.attempts + 1 : 1;
  const stepsLeft = 2 + world.random.below(12);
  unit.job = { name, from, lineage, state: 'running', stepsLeft, attempts, retryAt: 0 };
  if (name === 'rewind' && server.data !== null) server.data.half = true;
  tell(world, `${unit.name} begins to ${name} from ${from}`);
  yield 'job.start';
  return true;
}
