/** A step carried out on a machine of the world. */
import { after } from '../effects/index.ts';
import { withoutFence } from '../effects/jobs.ts';
import type { JobRequest, Observation, Step } from '../shipped.ts';
import { beginFence } from './fence.ts';
import type { Hook } from './hook-state.ts';
import { checkCreate, checkFenced, checkRemoval, checkStop } from './invariants.ts';
import { isLeader } from './leases.ts';
import { observe } from './observe.ts';
import { hangs } from './packages.ts';
import { createCluster, promote, startServer, stopServer } from './servers.ts';
import { tell, type Unit, type World } from './world.ts';

/**
 * Takes `step`: its effect says what changes in an observation, and what only an observation shows of (processes, WAL) moves with it.
 * Returns why it did not work, null when it did.
 */
export function perform(world: World, unit: Unit, hook: Hook, step: Step): string | null {
  const { trouble } = unit;
  const problem = obstacle(world, unit, step);
  if (problem !== null) {
    if (step.kind === 'job.start' && step.request.job === 'fence') {
      unit.kept = withoutFence(observe(world, unit, hook), step.request.controllers, problem);
    }
    return problem;
  }
  if (begins.test(step.kind)) checkFenced(world, unit, hook, step.kind === 'server.promote');
  // The lease is asked for again when something is written for the application.
  if ('owner' in step && step.owner === 'application' && !isLeader(world, unit)) {
    hook.juju = { ...hook.juju, leader: false };
    return null;
  }
  const seen = observe(world, unit, hook);
  const next = after(seen, step);
  if (next.memory !== seen.memory && trouble.noNotes > world.time) return 'no space left for the memory';
  unit.kept = next;
  hook.juju = next.juju;
  readBack(unit, seen, next);
  return move(world, unit, step);
}

/** Writes back to the world what an effect has changed of its own state. */
function readBack(unit: Unit, seen: Observation, next: Observation): void {
  const { data } = unit.server;
  if (data === null) return;
  if (next.catalog !== null && next.catalog !== seen.catalog && unit.server.writable) {
    data.end += 0x1000;
    data.replayed = data.end;
    data.branch.catalogs.push({ at: data.end, catalog: next.catalog });
  }
  const slots = next.server.running?.slots;
  if (slots !== undefined && slots !== seen.server.running?.slots) {
    unit.server.slots = slots.map(({ name }) => name);
  }
  if (next.server.standbySignal !== seen.server.standbySignal) data.standbySignal = next.server.standbySignal;
}

/** Steps after which a server accepts writes, unless it is a standby. */
const begins = /^server\.(start|restart|promote)$/;
/** Steps that a running server is asked for. */
const asked = /^(role|database|schema|objects|extension|slot|sessions|replication)\./;

function obstacle(world: World, unit: Unit, step: Step): string | null {
  const { server, trouble } = unit;
  if (asked.test(step.kind) && server.proc !== 'running') return 'connection refused';
  if (asked.test(step.kind) && trouble.crowded > world.time) return 'too many clients already';
  if (step.kind.startsWith('server.') && server.data === null) return 'there is no cluster';
  if (step.kind === 'server.start' && unit.isMasked) return 'the unit is masked';
  const isBeside = step.kind === 'job.start' || step.kind === 'wake.self';
  if (isBeside && trouble.noProcesses > world.time) return 'systemd-run failed';
  return null;
}

/** Moves the world as the step does. */
function move(world: World, unit: Unit, step: Step): string | null {
  switch (step.kind) {
    case 'cluster.create':
      if (unit.server.data !== null) return null;
      checkCreate(world, unit);
      createCluster(world, unit);
      return null;
    case 'server.start':
      return start(world, unit, 'pass');
    case 'server.stop':
      checkStop(world, unit);
      stopServer(world, unit);
      return null;
    case 'server.restart':
      stopServer(world, unit);
      return start(world, unit, 'pass');
    case 'server.reload':
      unit.server.loaded = loadedNow(world, unit);
      return null;
    case 'server.promote':
      if (unit.server.writable) return null;
      if (!promote(world, unit)) return 'the server is not a running standby';
      return null;
    case 'data.discardaside':
      checkRemoval(world, unit);
      unit.server.aside = null;
      return null;
    case 'job.start':
      beginJob(world, unit, step.request);
      return null;
    case 'wake.self':
      unit.events.add('wake');
      return null;
    default:
      return null;
  }
}

function start(world: World, unit: Unit, why: string): string | null {
  startServer(world, unit, why);
  return unit.server.proc === 'down' ? 'PostgreSQL does not start: No space left on device' : null;
}

/** Servers that cannot reload the upstream keep the one of their start. */
function loadedNow(world: World, unit: Unit): Unit['server']['loaded'] {
  const { files, place } = unit.kept.server;
  if (world.traits.upstreamReloads || place === null) return files;
  const path = Object.keys(files).find((name) => name.endsWith('recovery.conf'));
  return path === undefined ? files : { ...files, [path]: unit.server.loaded[path] ?? null };
}

function beginJob(world: World, unit: Unit, request: JobRequest): void {
  switch (request.job) {
    case 'packages':
      unit.packagesEnd =
        world.time + (hangs(world, unit) ? 38 + world.random.below(300) : world.random.below(20));
      return;
    case 'watch':
      unit.watchEnds = world.time + request.limitSeconds;
      return;
    case 'fence':
      beginFence(world, unit);
      return;
    case 'clone':
      if (world.charm.deletesBeforeClone && unit.server.data !== null) {
        checkRemoval(world, unit);
        unit.server.proc = 'down';
        unit.server.data = null;
      }
      beginCopy(world, unit, request);
      return;
    case 'rewind':
      if (unit.server.data !== null) unit.server.data.half = true;
      beginCopy(world, unit, request);
  }
}

function beginCopy(
  world: World,
  unit: Unit,
  request: { readonly job: string; readonly fromUnit: string },
): void {
  unit.job = { stepsLeft: 2 + world.random.below(12), waitsUntil: world.time + 60 };
  tell(world, `${unit.name} begins to ${request.job} from ${request.fromUnit}`);
}
