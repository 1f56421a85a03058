/** PostgreSQL's processes: start, stop, crash, promotion. */
import { newCatalog } from '../effects/catalog.ts';
import { orderedIn } from './config-files.ts';
import { checkStart, checkTakeover } from './invariants.ts';
import { streamTo } from './streams.ts';
import { type Branch, type Data, newBranch, walText } from './wal.ts';
import { currentDecision, tell, type Unit, violate, type World } from './world.ts';

const checkpointBytes = 0x78;
const starts = [0x16b3d80, 0xffffff00, 0xff_ffff_ff00, 0xfff_ffff_0000, 0x9_ffff_f000];

/** initdb. */
export function createCluster(world: World, unit: Unit): void {
  world.systems += 1;
  const start = world.random.pick(starts);
  const branch = newBranch({ timeline: 1, parent: null, start: 0, writer: unit.name, silent: false });
  branch.catalogs.push({ at: 0, catalog: emptyCatalog });
  world.branches.push(branch);
  unit.server.data = {
    system: `7${world.seed}${world.systems}`,
    branch,
    end: start,
    replayed: start,
    kept: start,
    checkpoint: start,
    controlTimeline: 1,
    standbySignal: false,
    consistentAt: 0,
    half: false,
  };
}

const emptyCatalog = { ...newCatalog(), registry: null };

/** Starts the server's process; `settle` brings it up later. */
export function startServer(world: World, unit: Unit, why: string): void {
  const { server } = unit;
  if (server.data === null || server.data.half || server.proc !== 'down' || unit.machine !== 'up') return;
  server.proc = 'starting';
  server.writable = false;
  server.connected = false;
  server.received = false;
  server.loaded = unit.kept.server.files;
  server.ordered = orderedIn(world, server.loaded);
  server.data.replayed = server.data.end - world.random.below(2000);
  if (!server.data.standbySignal) checkStart(world, unit, why);
  tell(world, `${unit.name} server starts as ${server.data.standbySignal ? 'standby' : 'primary'} (${why})`);
  if (unit.trouble.diskFull > world.time) crash(world, unit, 'no space left on device');
}

/** A starting server takes sessions, if it can. */
export function settle(world: World, unit: Unit): void {
  const { server } = unit;
  const { data } = server;
  if (data === null || unit.machine !== 'up') return;
  if (server.proc === 'starting') comeUp(world, unit, data);
  if (server.proc !== 'down' && !server.writable && data.replayed < data.end) {
    data.replayed = Math.min(data.end, data.replayed + 1 + world.random.below(1500));
  }
}

function comeUp(world: World, unit: Unit, data: Data): void {
  const { server } = unit;
  if (data.standbySignal) {
    if (data.end < data.consistentAt) return;
    server.proc = 'running';
    server.upSince = world.ticks;
    server.writable = false;
    data.checkpoint = null;
    return;
  }
  server.proc = 'running';
  server.upSince = world.ticks;
  server.writable = true;
  if (currentDecision(world)?.primary === unit.name) checkTakeover(world, unit);
  if (data.branch.writer !== unit.name) data.branch = fork(world, data, unit, true);
  data.controlTimeline = data.branch.timeline;
  data.checkpoint = null;
  data.replayed = data.end;
}

function fork(world: World, data: Data, unit: Unit, silent: boolean): Branch {
  const timeline = silent ? data.branch.timeline : data.branch.timeline + 1;
  const branch = newBranch({ timeline, parent: data.branch, start: data.end, writer: unit.name, silent });
  world.branches.push(branch);
  return branch;
}

/** The process ends without warning. */
export function crash(world: World, unit: Unit, why: string): void {
  if (unit.server.proc === 'down') return;
  unit.server.proc = 'down';
  unit.server.writable = false;
  unit.server.connected = false;
  tell(world, `${unit.name} server dies (${why})`);
}

/** A fast stop: standbys that stream get everything first, unless their connection breaks just then. */
export function stopServer(world: World, unit: Unit): void {
  const { server } = unit;
  if (server.proc === 'down' || server.data === null) return;
  if (server.writable) {
    server.data.checkpoint = server.data.end;
    server.data.controlTimeline = server.data.branch.timeline;
    server.data.end += checkpointBytes;
    server.data.replayed = server.data.end;
    for (const standby of world.units) {
      if (!standby.server.connected || standby.server.data === null) continue;
      if (world.faults && world.random.oneIn(6)) standby.server.connected = false;
      else streamTo(world, standby, unit);
    }
  }
  server.proc = 'down';
  server.writable = false;
  server.connected = false;
  tell(world, `${unit.name} server stops cleanly at ${walText(server.data.end)}`);
}

/** A standby becomes a primary on a new timeline. False when it cannot. */
export function promote(world: World, unit: Unit): boolean {
  const { server } = unit;
  if (server.proc !== 'running' || server.writable || server.data === null) return false;
  const { data } = server;
  data.replayed = data.end;
  tell(world, `${unit.name} is promoted at ${walText(data.end)} to timeline ${data.branch.timeline + 1}`);
  checkTakeover(world, unit);
  data.branch.superseded = true;
  data.branch = fork(world, data, unit, false);
  setSignal(world, unit, false);
  data.checkpoint = null;
  server.writable = true;
  server.connected = false;
  return true;
}

/** CHECKPOINT. */
export function checkpoint({ server: { data, writable } }: Unit): void {
  if (data !== null && writable) data.controlTimeline = data.branch.timeline;
}

/** Writes or removes the sign of a standby; up to 11 that is the file with the recovery settings. */
export function setSignal(world: World, unit: Unit, present: boolean): void {
  const { data } = unit.server;
  if (data !== null) data.standbySignal = present;
  if (world.traits.recoveryIn !== 'recovery.conf') return;
  const files = {
    ...unit.kept.server.files,
    [world.paths.recovery]: present ? "standby_mode = 'on'\n" : null,
  };
  unit.kept = { ...unit.kept, server: { ...unit.kept.server, files } };
}

/** A client commits on this server and is told so. */
export function commit(world: World, unit: Unit): void {
  const { data, writable } = unit.server;
  if (data === null || !writable || unit.machine !== 'up') return;
  if (data.branch.writer !== unit.name) violate(world, `${unit.name} writes on a branch of another`);
  data.end += 1 + world.random.below(world.random.oneIn(20) ? 0x2000000 : 2000);
  data.replayed = data.end;
  data.branch.acked = data.end;
}
