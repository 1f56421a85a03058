/** Steps from the machine's PostgreSQL as it is to what it should be. */

import { entryOf } from './entry-of.ts';
import type { ManagedFile } from './managed-files.ts';
import { type ClusterPlace, managedPaths } from './place.ts';
import type { RunningServer, ServerFacts } from './server-facts.ts';
import type { ServerStep } from './server-steps.ts';
import type { MajorTraits } from './versions.ts';

export interface DesiredServer {
  readonly place: ClusterPlace;
  readonly traits: MajorTraits;
  readonly locale: string;
  readonly encoding: string;
  readonly files: readonly ManagedFile[];
  /**
   * `promoting`: a standby that becomes the primary now. A `standby` that runs as a primary is stopped
   * first.
   */
  readonly role: 'primary' | 'promoting' | 'standby';
  readonly run: 'running' | 'stopped';
  readonly startsAtBoot: boolean;
  /** Settings that wait for a restart may have it now. */
  readonly mayRestart: boolean;
}

/**
 * Steps that bring the server to its role: made, stopped, started, promoted, following. Nothing when it has it. A step's change is seen by
 * the next observation, so a step that must come after another one is planned only then: a cluster is made in one round and
 * configured in the next.
 */
export function planRole(desired: DesiredServer, facts: ServerFacts): ServerStep[] {
  if (facts.place === null || !facts.hasConfiguration) return [creation(desired)];
  // Before anything else: a server that must not start unasked must not do so after a power cut in the middle of what follows.
  const unasked: ServerStep[] =
    facts.startsAtBoot !== false && !desired.startsAtBoot ? [{ kind: 'boot.set', automatic: false }] : [];
  const { running } = facts;
  if (desired.run === 'stopped') {
    if (facts.state === 'down' && !facts.restarts) return unasked;
    // A clean end cannot be proved of data that is out of sight.
    const checkpoint = running !== null && (facts.volumeAway ?? null) === null;
    return [{ kind: 'server.stop', checkpoint, why: 'it is not to run' }, ...unasked];
  }
  if (facts.state === 'down') {
    return [...unasked, ...planFiles(desired.files, facts.files), ...signal(desired, facts), start()];
  }
  return [...unasked, ...towardsRole(desired, facts)];
}

function towardsRole(desired: DesiredServer, facts: ServerFacts): ServerStep[] {
  if (facts.running !== null) return planTurn(desired, facts.running, facts);
  return facts.state === 'unknown' ? planUnasked(desired, facts) : planStarting(desired, facts);
}

/** A standby that cannot be asked goes on serving: it is told to turn to another upstream while it runs. */
function planUnasked(desired: DesiredServer, facts: ServerFacts): ServerStep[] {
  const upstream = planFiles(desired.files, facts.files).filter(isRecovery);
  if (desired.role !== 'standby' || upstream.length === 0) return [];
  const kind = desired.traits.upstreamReloads ? 'server.reload' : 'server.restart';
  return [...upstream, { kind, why: 'its upstream changed' }];
}

/**
 * A standby may need WAL of its upstream before it takes sessions, and until then it cannot be asked whether it has read its files again.
 * Written while it is down, they are read for certain.
 */
function planStarting(desired: DesiredServer, facts: ServerFacts): ServerStep[] {
  const upstream = planFiles(desired.files, facts.files).filter(isRecovery);
  if (desired.role !== 'standby' || !facts.standbySignal || upstream.length === 0) return [];
  return [{ kind: 'server.stop', checkpoint: false, why: 'it starts with another upstream' }];
}

/** Steps of a running server towards its role. */
function planTurn(desired: DesiredServer, running: RunningServer, facts: ServerFacts): ServerStep[] {
  if (desired.role === 'standby' && !running.inRecovery) {
    return [{ kind: 'server.stop', checkpoint: true, why: 'it is to follow and ran as a primary' }];
  }
  if (!running.inRecovery) return [];
  // Clients that write wait for it. Recovery settings no longer matter then.
  if (desired.role === 'promoting') return [{ kind: 'server.promote', why: 'it is to be the primary' }];
  return planUpstream(desired, running, facts);
}

/** A change of the upstream: written, and loaded by a reload or, in older majors, by a restart. */
function planUpstream(desired: DesiredServer, running: RunningServer, facts: ServerFacts): ServerStep[] {
  const file = desired.files.find(isRecovery);
  if (file === undefined) return [];
  const write = planFiles([file], facts.files);
  // Written and not loaded: a kill came between.
  if (write.length === 0 && !running.unloaded.includes(file.path)) return [];
  const { upstreamReloads } = desired.traits;
  const why = 'its upstream changed';
  if (upstreamReloads) {
    const isHeldUp = write.length === 0 && running.fileErrors.settings.length > 0;
    return isHeldUp ? [] : [...write, { kind: 'server.reload', why }];
  }
  return wouldStart(running) ? [...write, { kind: 'server.restart', why }] : write;
}

/** Steps that keep a server with its role in order: files, settings that wait, whether it may start at boot. */
export function planServerUpkeep(desired: DesiredServer, facts: ServerFacts): ServerStep[] {
  if (facts.place === null || !facts.hasConfiguration || desired.run === 'stopped') return [];
  const boot: ServerStep[] =
    desired.startsAtBoot && facts.startsAtBoot !== true ? [{ kind: 'boot.set', automatic: true }] : [];
  const files = planFiles(desired.files, facts.files);
  // One that cannot be asked reads its files again all the same: what keeps the charm out may be in them.
  if (facts.state === 'unknown' && files.length > 0) return [...files, reload, ...boot];
  if (facts.running === null) return [...files, ...boot];
  return [...planLoading(desired, facts.running, files), ...boot];
}

/** Writes and removals that bring `seen` (text by path) to `files`. */
export function planFiles(
  files: readonly ManagedFile[],
  seen: Readonly<Record<string, string | null>>,
): ServerStep[] {
  return files.flatMap(({ path, content, mode, owner }): ServerStep[] => {
    if ((entryOf(seen, path) ?? null) === content) return [];
    return content === null
      ? [{ kind: 'file.remove', path }]
      : [{ kind: 'file.write', path, content, mode, owner }];
  });
}

/** Files of settings and rules of access are loaded each for themselves: an error in one kind holds up that kind. */
function planLoading(
  desired: DesiredServer,
  running: RunningServer,
  files: readonly ServerStep[],
): ServerStep[] {
  const loaded = running.inRecovery ? files : files.filter((step) => !isRecovery(step));
  if (files.length > 0 && loaded.length === 0) return [...files];
  if (files.length > 0) return [...files, reload];
  // A reload with an error in the files would change nothing, again and again.
  if (loadable(desired, running).length > 0) {
    return [{ kind: 'server.reload', why: 'it has not loaded what its files say' }];
  }
  const pending = running.pendingRestart.filter((name) => running.inRecovery || !followingOnly.test(name));
  if (!desired.mayRestart || pending.length === 0 || !wouldStart(running)) return [];
  return [{ kind: 'server.restart', why: `for ${pending.join(', ')}` }];
}

/** Paths of files that a reload would load. */
function loadable(
  { place, traits }: DesiredServer,
  { unloaded, fileErrors, inRecovery }: RunningServer,
): string[] {
  const { hba, ident, recovery } = managedPaths(place, traits.recoveryIn);
  return unloaded.filter((path) => {
    if (path === hba || path === ident) return fileErrors.access.length === 0;
    if (path === recovery && (!inRecovery || !traits.upstreamReloads)) return false;
    return fileErrors.settings.length === 0;
  });
}

/** True when the server would come up again; with an error in any of its files it does not. */
function wouldStart({ fileErrors }: RunningServer): boolean {
  return fileErrors.settings.length + fileErrors.access.length === 0;
}

/** True when the rules of pg_hba.conf, as it is now, are known to be those that the server goes by. */
export function areRulesInForce({ place, running }: Pick<ServerFacts, 'place' | 'running'>): boolean {
  if (place === null || running === null) return false;
  return !running.unloaded.includes(`${place.configDirectory}/pg_hba.conf`);
}

const reload: ServerStep = { kind: 'server.reload', why: 'its files changed' };

/** Settings that mean nothing to a primary; a restart for them would only stop its clients. */
const followingOnly = /^(primary_conninfo|primary_slot_name|recovery_target_timeline|restore_command)$/;

function creation({ place, locale, encoding }: DesiredServer): ServerStep {
  return { kind: 'cluster.create', place, locale, encoding };
}

function start(): ServerStep {
  return { kind: 'server.start', why: 'it is down' };
}

/**
 * A former primary must be told to follow before it starts. A signal that is there stays: promotion removes
 * it.
 */
function signal(desired: DesiredServer, facts: ServerFacts): ServerStep[] {
  const missing =
    desired.role === 'standby' && !facts.standbySignal && desired.traits.recoveryIn === 'signal';
  return missing ? [{ kind: 'standby.signal', present: true }] : [];
}

function isRecovery(file: ServerStep | ManagedFile): boolean {
  return 'path' in file && /\/(60-)?recovery\.conf$/.test(file.path);
}
