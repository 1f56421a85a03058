/** What a pass on a unit sees: an observation made from the world. */
import { lookedInto } from '../effects/catalog.ts';
import { rootFingerprints } from '../effects/juju.ts';
import {
  type CatalogFacts,
  type CredentialFacts,
  generationsOnServer,
  looksFor,
  type Observation,
  publishedSecrets,
  type RunningServer,
  rootSourceIn,
  type SenderFacts,
  type ServerFacts,
  secretsKey,
  slotName,
  urisOf,
} from '../shipped.ts';
import { momentOf, wallText } from './clocks.ts';
import { orderedIn } from './config-files.ts';
import type { Hook } from './hook-state.ts';
import { readingOf } from './reading.ts';
import { followed, streamsFrom } from './streams.ts';
import { catalogAt, walText } from './wal.ts';
import type { Unit, World } from './world.ts';

/** One observation. What only steps change is in `unit.kept`; the rest is looked at. */
export function observe(world: World, unit: Unit, hook: Hook): Observation {
  const server = serverFacts(world, unit);
  const catalog = server.running === null ? null : fullCatalog(unit);
  const found = credentialFacts(hook);
  return {
    ...unit.kept,
    now: momentOf(world, unit),
    nowText: wallText(world, unit),
    event: hook.event,
    juju: hook.juju,
    credentials: { ...found, onServer: generationsOnServer(found, catalog, unit.kept.memory) },
    server,
    catalog,
    secretUris: urisOf(publishedSecrets(hook.juju.peer?.application[secretsKey])),
    answers: hook.answers ?? {},
  };
}

/** As `observe`, but of the catalog only what the charm looks into. */
export function lookAt(world: World, unit: Unit, hook: Hook): Observation {
  const seen = observe(world, unit, hook);
  const { databases } = looksFor(hook.juju, readingOf(hook), hook.event, seen.server);
  if (seen.catalog === null || databases === null) return { ...seen, catalog: null };
  return { ...seen, catalog: lookedInto(seen.catalog, databases) };
}

function fullCatalog({ server: { data } }: Unit): CatalogFacts | null {
  return data === null ? null : catalogAt(data, data.standbySignal ? data.replayed : data.end);
}

function credentialFacts({ juju }: Hook): CredentialFacts {
  const bag = juju.peer?.application ?? {};
  const source = rootSourceIn(bag);
  return { source, generations: {}, fingerprints: source === null ? {} : rootFingerprints, onServer: {} };
}

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
  const isCrowded = unit.trouble.crowded > world.time;
  const running = server.proc === 'running' && !isCrowded ? runningFacts(world, unit) : null;
  const state = server.proc === 'running' && isCrowded ? 'starting' : server.proc;
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
    asides: server.aside === null ? [] : asideNames,
    lastErrors: unit.trouble.diskFull > world.time ? diskErrors : [],
    startFailed: unit.trouble.diskFull > world.time && server.proc !== 'running',
    restarts: false,
    walMissing: server.walMissing,
    standbySignal: data.standbySignal,
  };
}

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

/** What says whom to follow means nothing to a primary, and is read at the start only where it cannot be reloaded. */
function unloadedFiles(world: World, unit: Unit, isStandby: boolean): string[] {
  const { files } = unit.kept.server;
  const { loaded } = unit.server;
  if (files === loaded) return [];
  const { paths } = world;
  const read = [paths.settings, paths.hba, paths.ident, ...(isStandby ? [paths.recovery] : [])];
  return read.filter((path) => (files[path] ?? null) !== (loaded[path] ?? null));
}
