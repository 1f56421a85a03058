/** Standbys and their connections. */
import { replicationRole, slotName } from '../shipped.ts';
import { admittedBy, followingIn, passfileOf } from './config-files.ts';
import { checkStream } from './invariants.ts';
import { catalogAt, coverage, type Data, nextBranch } from './wal.ts';
import { reaches, type Unit, unitAt, type World } from './world.ts';

/** The unit a running standby follows, by the files it has loaded. */
export function followed(world: World, unit: Unit): Unit | null {
  const { server } = unit;
  if (server.proc === 'down' || server.data?.standbySignal !== true) return null;
  return unitAt(world, followingIn(world, server.loaded).host);
}

/** True when `unit` streams from `upstream` now. */
export function streamsFrom(world: World, unit: Unit, upstream: Unit): boolean {
  return unit.server.connected && followed(world, unit) === upstream;
}

/** True when `source` lets `unit` copy from it: by its rules, its role and that one's password. */
export function admits(world: World, source: Unit, unit: Unit): boolean {
  const { data, proc } = source.server;
  if (data === null || proc !== 'running' || !reaches(unit, source)) return false;
  if (!admittedBy(world, source).has(unit.host)) return false;
  const passfile = passfileOf(world, unit);
  if (passfile?.hosts.includes(source.host) !== true) return false;
  return passfile.fingerprint === replicationPassword(data);
}

/** The fingerprint of the password that standbys need; null before there is such a role. */
function replicationPassword(data: Data): string | null {
  const catalog = catalogAt(data, data.replayed);
  const role = catalog?.roles.find(({ name }) => name === replicationRole);
  return role?.note?.password ?? null;
}

/** Connects or disconnects a standby's WAL receiver. */
export function connect(world: World, unit: Unit): void {
  const { server } = unit;
  if (server.data === null || !server.data.standbySignal || server.proc === 'down') return;
  const upstream = followed(world, unit);
  if (upstream === null || upstream.server.data === null) {
    server.connected = false;
    return;
  }
  if (server.connected) {
    server.connected = upstream.server.proc === 'running' && reaches(unit, upstream);
    return;
  }
  if (!upstream.server.slots.includes(slotName(unit.name)) || !admits(world, upstream, unit)) return;
  const verdict = accepts(upstream.server.data, server.data);
  server.walMissing = verdict === 'wal-missing';
  if (verdict !== 'yes') return;
  server.connected = true;
  server.received = true;
  checkStream(world, unit, upstream);
}

/** Answer of PostgreSQL itself to a standby that would stream from that server: by numbers only, as it does. */
function accepts(upstream: Data, own: Data): 'yes' | 'no' | 'wal-missing' {
  if (upstream.system !== own.system || own.replayed < own.end) return 'no';
  if (own.branch.timeline === upstream.branch.timeline) {
    if (own.end > upstream.end) return 'no';
  } else {
    const left = upstream.branch.history.find((line) => line.timeline === own.branch.timeline);
    if (left === undefined || bytesAt(left.switchPosition) < own.end) return 'no';
  }
  return own.end < upstream.kept ? 'wal-missing' : 'yes';
}

function bytesAt(text: string): number {
  const [high = '0', low = '0'] = text.split('/');
  return Number.parseInt(high, 16) * 2 ** 32 + Number.parseInt(low, 16);
}

/** Moves all WAL there is to a connected standby; `from` null: some of what its upstream has. */
export function streamTo(world: World, unit: Unit, from: Unit | null): void {
  const { server } = unit;
  const upstream = followed(world, unit);
  if (from !== null && upstream !== from) return;
  const source = upstream?.server.data ?? null;
  const own = server.data;
  if (!server.connected || source === null || own === null) return;
  const everything = from !== null || !world.faults;
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
