/** A machine's PostgreSQL as observers find it. */
import { type RunningServer, type SenderFacts, type ServerFacts, slotName } from '../shipped.ts';
import { orderedIn } from './config-files.ts';
import { followed, streamsFrom } from './streams.ts';
import { walText } from './wal.ts';
import type { Unit, World } from './world.ts';

/** The machine's PostgreSQL. */
export function serverFacts(world: World, unit: Unit): ServerFacts {
  const { kept, server } = unit;
  const { data } = server;
  if (data === null) {
    return {
      ...kept.server,
      state: 'absent',
      hasData: false,
      control: null,
      running: null,
      standbySignal: false,
    };
  }
  const isBusy = server.proc === 'running' && unit.trouble.crowded > world.time;
  const running = server.proc === 'running' && !isBusy ? runningFacts(world, unit) : null;
  const state = isBusy ? 'unknown' : server.proc;
  return {
    ...kept.server,
    state: kept.server.place === null ? 'absent' : state,
    hasData: kept.server.place !== null,
    control:
      kept.server.place === null
        ? null
        : {
            systemIdentifier: data.system,
            state: controlState(unit),
            checkpointPosition: walText(data.checkpoint ?? data.kept),
            checkpointTimeline: data.controlTimeline,
          },
    history: data.branch.history,
    running,
    unasked: isBusy && kept.server.place !== null ? busy : null,
    asides: server.aside === null ? [] : asideNames,
    lastErrors: unit.trouble.diskFull > world.time ? diskErrors : [],
    startFailed: unit.trouble.diskFull > world.time && server.proc !== 'running',
    restarts: false,
    walMissing: server.walMissing,
    standbySignal: data.standbySignal,
  };
}

const busy = { kind: 'busy', reason: 'all connections are in use' } as const;
const asideNames = ['aside'];
const diskErrors = ['FATAL:  could not write file: No space left on device'];

function controlState({ server: { data, proc } }: Unit): string {
  // As it was left: a signal that has been put there since changes nothing.
  if (proc === 'down' && data !== null && data.checkpoint !== null) return 'shut down';
  return data?.standbySignal === true ? 'in archive recovery' : 'in production';
}

function runningFacts(world: World, unit: Unit): RunningServer | null {
  const { server } = unit;
  const { data } = server;
  if (data === null) return null;
  const upstream = server.connected ? followed(world, unit) : null;
  const isStandby = !server.writable;
  const position = isStandby && !server.received ? data.replayed : data.end;
  return {
    version: `${world.traits.major}.9`,
    inRecovery: isStandby,
    timeline: data.branch.timeline,
    position: walText(position),
    receivedPosition: isStandby && server.received ? walText(data.end) : null,
    replayedAll: data.replayed >= data.end,
    streaming: server.connected,
    upstreamHost: upstream?.host ?? null,
    upstreamPosition: upstream === null ? null : walText(upstream.server.data?.end ?? 0),
    replayPaused: false,
    slots: server.slots.map((name) => slotFacts(world, unit, name)),
    senders: sendersOf(world, unit),
    pendingRestart: pendingRestart(world, unit),
    orderedSettings: server.ordered,
    unloaded: unloadedFiles(world, unit, isStandby),
    accessLoadedAt: null,
    fileErrors: { settings: [], access: [] },
  };
}

function slotFacts(world: World, unit: Unit, name: string): RunningServer['slots'][number] {
  const active = world.units.some(
    (other) => slotName(other.name) === name && streamsFrom(world, other, unit),
  );
  return { name, active, walStatus: active ? 'reserved' : null };
}

function sendersOf(world: World, unit: Unit): SenderFacts[] {
  return world.units
    .filter((other) => other !== unit && streamsFrom(world, other, unit))
    .map(({ name, host, server }) => {
      const position = walText(server.data?.end ?? 0);
      return {
        applicationName: slotName(name),
        address: host,
        state: 'streaming',
        sentPosition: position,
        flushPosition: position,
        replayPosition: position,
      };
    });
}

function pendingRestart(world: World, unit: Unit): string[] {
  const loaded = orderedIn(world, unit.server.loaded);
  if (loaded === unit.server.ordered) return [];
  return Object.keys(loaded).filter((name) => loaded[name] !== unit.server.ordered[name]);
}

/** Recovery settings mean nothing to a primary, and are read at the start only where they cannot be reloaded. */
function unloadedFiles(world: World, unit: Unit, isStandby: boolean): string[] {
  const { files } = unit.kept.server;
  const { loaded } = unit.server;
  if (files === loaded) return [];
  const { paths } = world;
  const read = [paths.settings, paths.hba, paths.ident, ...(isStandby ? [paths.recovery] : [])];
  return read.filter((path) => (files[path] ?? null) !== (loaded[path] ?? null));
}
