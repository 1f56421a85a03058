/** What PostgreSQL does: start, stop, crash, promote, stream. */
import { checkStart, checkStream, checkTakeover } from './invariants.ts';
import { type Branch, coverage, type Data, historyOf, nextBranch, walText } from './wal.ts';
import { currentDecision, reaches, tell, type Unit, unitNamed, violate, type World } from './world.ts';

const checkpointBytes = 0x78;

/** initdb. */
export function createCluster(world: World, unit: Unit): void {
  world.systems += 1;
  const start = world.random.pick([0x16b3d80, 0xffffff00, 0xff_ffff_ff00, 0xfff_ffff_0000, 0x9_ffff_f000]);
  const branch: Branch = {
    timeline: 1,
    parent: null,
    start: 0,
    writer: unit.name,
    silent: false,
    acked: 0,
    superseded: false,
  };
  world.branches.push(branch);
  unit.server.data = {
    system: `7${world.seed}${world.systems}`,
    branch,
    end: start,
    replayed: start,
    kept: start,
    checkpoint: start,
    standbySignal: false,
    consistentAt: 0,
    half: false,
  };
}

/** Starts the server's process; `settle` brings it up later. */
export function startServer(world: World, unit: Unit, why: string): void {
  const { server } = unit;
  if (server.data === null || server.data.half || server.proc !== 'down' || unit.machine !== 'up') return;
  server.proc = 'starting';
  server.writable = false;
  server.connected = false;
  server.received = false;
  server.data.replayed = server.data.end - world.random.below(2000);
  if (!server.data.standbySignal) checkStart(world, unit, why);
  tell(world, `${unit.name} server starts as ${server.data.standbySignal ? 'standby' : 'primary'} (${why})`);
}

/** A starting server takes sessions, if it can. */
export function settle(world: World, unit: Unit): void {
  const { server } = unit;
  const { data } = server;
  if (data === null || unit.machine !== 'up') return;
  if (server.proc === 'starting') {
    if (!data.standbySignal) {
      server.proc = 'running';
      server.writable = true;
      if (currentDecision(world)?.primary === unit.name) checkTakeover(world, unit);
      if (data.branch.writer !== unit.name) data.branch = fork(world, data, unit, true);
      data.checkpoint = null;
      data.replayed = data.end;
    } else if (data.end >= data.consistentAt) {
      server.proc = 'running';
      server.writable = false;
      data.checkpoint = null;
    }
  }
  if (server.proc !== 'down' && !server.writable && data.replayed < data.end) {
    data.replayed = Math.min(data.end, data.replayed + 1 + world.random.below(1500));
  }
}

function fork(world: World, data: Data, unit: Unit, silent: boolean): Branch {
  const branch: Branch = {
    timeline: silent ? data.branch.timeline : data.branch.timeline + 1,
    parent: data.branch,
    start: data.end,
    writer: unit.name,
    silent,
    acked: 0,
    superseded: false,
  };
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
    server.data.end += checkpointBytes;
    server.data.replayed = server.data.end;
    for (const standby of world.units) {
      if (!standby.server.connected || standby.server.follows !== unit.name) continue;
      if (world.faults && world.random.oneIn(6)) standby.server.connected = false;
      else streamTo(world, standby, true);
    }
  }
  server.proc = 'down';
  server.writable = false;
  server.connected = false;
  tell(world, `${unit.name} server stops cleanly at ${walText(server.data.end)}`);
}

/** A standby becomes a primary on a new timeline. */
export function promote(world: World, unit: Unit): void {
  const { server } = unit;
  if (server.proc !== 'running' || server.writable || server.data === null) return;
  const { data } = server;
  data.replayed = data.end;
  tell(world, `${unit.name} is promoted at ${walText(data.end)} to timeline ${data.branch.timeline + 1}`);
  checkTakeover(world, unit);
  data.branch.superseded = true;
  data.branch = fork(world, data, unit, false);
  data.standbySignal = false;
  data.checkpoint = null;
  server.writable = true;
  server.connected = false;
}

/** Whether PostgreSQL itself would let this standby stream from that server: by numbers only, as it does. */
function accepts(upstream: Data, own: Data): 'yes' | 'no' | 'wal-missing' {
  if (upstream.system !== own.system || own.replayed < own.end) return 'no';
  if (own.branch.timeline === upstream.branch.timeline) {
    if (own.end > upstream.end) return 'no';
  } else {
    const left = historyOf(upstream.branch).find((line) => line.timeline === own.branch.timeline);
    if (left === undefined || position(left.switchPosition) < own.end) return 'no';
  }
  return own.end < upstream.kept ? 'wal-missing' : 'yes';
}

function position(text: string): number {
  const [high = '0', low = '0'] = text.split('/');
  return Number.parseInt(high, 16) * 2 ** 32 + Number.parseInt(low, 16);
}

/** Connects or disconnects a standby's WAL receiver. */
export function connect(world: World, unit: Unit): void {
  const { server } = unit;
  if (server.data === null || !server.data.standbySignal || server.proc === 'down') return;
  const upstream = unitNamed(world, server.follows);
  const source = upstream?.server;
  const open =
    upstream !== null &&
    source?.proc === 'running' &&
    source.data !== null &&
    source.admits.includes(unit.name) &&
    reaches(unit, upstream);
  if (!open || upstream === null || source?.data === null || source === undefined) {
    server.connected = false;
    return;
  }
  if (server.connected) return;
  const verdict = accepts(source.data, server.data);
  server.walMissing = verdict === 'wal-missing';
  if (verdict !== 'yes') return;
  server.connected = true;
  server.received = true;
  checkStream(world, unit, upstream);
}

/** Moves WAL to a connected standby: all of it, or some. */
export function streamTo(world: World, unit: Unit, everything: boolean): void {
  const { server } = unit;
  const source = unitNamed(world, server.follows)?.server.data ?? null;
  const own = server.data;
  if (!server.connected || source === null || own === null) return;
  for (let hops = 0; hops < 8; hops += 1) {
    const limit = coverage(source, own.branch);
    if (own.end < limit) {
      const bytes = everything ? limit - own.end : Math.min(limit - own.end, world.random.below(3000));
      own.end += bytes;
      own.replayed = own.end;
      if (own.end < limit) return;
    }
    const next = nextBranch(own.branch, source.branch);
    if (next === null || own.end !== next.start) return;
    own.branch = next;
    if (!everything) return;
  }
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
