/** Processes beside hooks: clones and rewinds under way, and the watch. */
import type { CopyFacts } from '../shipped.ts';
import { momentOf, wallText } from './clocks.ts';
import { checkpoint, setSignal } from './servers.ts';
import { admits } from './streams.ts';
import { type Data, walText } from './wal.ts';
import { reaches, tell, type Unit, unitAt, unitNamed, type World } from './world.ts';

const checkpointSeconds = 300;

/** Moves a unit's clone or rewind on by one step. A job wakes the charm when it ends. */
export function workOn(world: World, unit: Unit): void {
  const job = unit.kept.server.job;
  if (unit.job === null || job?.alive !== true) return;
  const from = unitNamed(world, job.fromUnit);
  const source = from?.server.data ?? null;
  if (from === null || source === null || from.server.proc !== 'running' || !reaches(unit, from)) {
    endJob(world, unit, 'the source went away');
    return;
  }
  if (!admits(world, from, unit)) {
    if (world.time >= unit.job.waitsUntil) endJob(world, unit, 'the source does not let it in');
    return;
  }
  if (job.job === 'rewind' && !from.server.writable) {
    endJob(world, unit, 'the source is no primary');
    return;
  }
  // pg_rewind goes by the source's control file, so the job waits for a checkpoint: there is one every five minutes.
  if (job.job === 'rewind' && source.controlTimeline !== source.branch.timeline) {
    if (world.time < unit.job.waitsUntil + checkpointSeconds) return;
    checkpoint(from);
  }
  unit.job.stepsLeft -= 1;
  if (unit.job.stepsLeft > 0) return;
  if (world.faults && world.random.oneIn(6)) {
    endJob(world, unit, 'it broke off');
    return;
  }
  if (job.job === 'clone') putCopy(world, unit, source);
  else rewind(world, unit, source);
  endJob(world, unit, null);
}

/** The job has come to its end, well or not. */
function endJob(world: World, unit: Unit, error: string | null): void {
  const { job } = unit.kept.server;
  unit.job = null;
  if (job === null) return;
  setJob(unit, {
    ...job,
    alive: false,
    error,
    finishedAt: wallText(world, unit),
    ended: momentOf(world, unit),
  });
  unit.events.add('wake');
  const at = unit.server.data === null ? '' : ` at ${walText(unit.server.data.end)}`;
  const end = error === null ? 'done' : `failed (${error})`;
  tell(world, `${unit.name} ${job.job} from ${job.fromUnit} ${end}${at}`);
}

/** Nothing that ran beside hooks survives a machine. */
export function loseProcesses(unit: Unit): void {
  const { server } = unit.kept;
  const dead = <T extends { readonly alive: boolean }>(process: T | null): T | null =>
    process === null ? null : { ...process, alive: false };
  const after = {
    job: dead(server.job),
    packages: dead(server.packages),
    watch: dead(server.watch),
    fence: dead(server.fence),
  };
  unit.kept = { ...unit.kept, server: { ...server, ...after } };
  unit.job = null;
}

function setJob(unit: Unit, job: CopyFacts): void {
  unit.kept = { ...unit.kept, server: { ...unit.kept.server, job } };
}

function putCopy(world: World, unit: Unit, source: Data): void {
  const { server } = unit;
  server.aside = server.data ?? server.aside;
  server.proc = 'down';
  server.writable = false;
  server.connected = false;
  server.walMissing = false;
  server.slots = [];
  server.data = { ...source, kept: source.end, checkpoint: null, consistentAt: 0 };
  const { place } = world;
  unit.kept = { ...unit.kept, server: { ...unit.kept.server, place } };
  setSignal(world, unit, true);
}

/** As pg_rewind: on equal timelines it believes that there is nothing to do. */
function rewind(world: World, unit: Unit, source: Data): void {
  const { server } = unit;
  const own = server.data;
  if (own === null) return;
  server.walMissing = false;
  if (own.branch.timeline === source.branch.timeline) {
    server.data = { ...own, half: false, checkpoint: null };
  } else {
    const start = source.branch.parent === null ? source.end : Math.max(source.branch.start, source.kept);
    server.data = {
      ...source,
      end: start,
      replayed: start,
      kept: start,
      checkpoint: null,
      consistentAt: source.end,
    };
  }
  setSignal(world, unit, true);
}

/** Ends the watch when its time is over or what it waits for has happened. */
export function ring(world: World, unit: Unit): void {
  const { watch } = unit.kept.server;
  if (watch?.alive !== true || unit.machine !== 'up') return;
  const { until } = watch;
  const watched = until.event === 'unreachable' ? unitAt(world, until.host) : null;
  const isMet = until.event === 'unreachable' && (watched === null || !answers(unit, watched));
  if (!isMet && world.time < unit.watchEnds) return;
  const ended = { ...watch, alive: false };
  unit.kept = { ...unit.kept, server: { ...unit.kept.server, watch: ended } };
  unit.events.add('wake');
}

/** True when the other's port takes connections. */
export function answers(unit: Unit, other: Unit): boolean {
  return other.server.proc !== 'down' && reaches(unit, other);
}
