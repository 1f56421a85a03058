/** From what the machine's PostgreSQL should be to the next steps towards it. */

import type { ManagedFile } from './managed-files.ts';
import type { ClusterPlace } from './place.ts';
import type { RunningServer, ServerFacts } from './server-facts.ts';
import type { ServerStep } from './server-steps.ts';
import type { MajorTraits } from './versions.ts';

export interface DesiredServer {
  readonly place: ClusterPlace;
  readonly traits: MajorTraits;
  /** Extra Debian packages. */
  readonly packages: readonly string[];
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
  /** Whether settings that wait for a restart may have it now. */
  readonly mayRestart: boolean;
}

/**
 * The steps that the facts allow now; nothing when all is as wanted. What a step changes is seen by the
 * next observation, so a step that must come after another one is planned only then: a cluster is made in
 * one round and configured in the next.
 */
export function planServer(wanted: DesiredServer, facts: ServerFacts): ServerStep[] {
  if (facts.place === null || !facts.hasConfiguration) return [creation(wanted)];
  const files = planFiles(wanted.files, facts.files);
  const boot: ServerStep[] =
    facts.startsAtBoot === wanted.startsAtBoot ? [] : [{ kind: 'boot.set', automatic: wanted.startsAtBoot }];
  const running = facts.running;
  if (wanted.run === 'stopped') {
    const stop: ServerStep[] =
      facts.state === 'down'
        ? []
        : [{ kind: 'server.stop', checkpoint: running !== null, why: 'it is not to run' }];
    return [...stop, ...boot];
  }
  if (facts.state === 'down') return [...files, ...boot, ...signal(wanted, facts), start()];
  if (running === null) return [...files, ...boot];
  const steps = planRunning(wanted, running, files);
  // Whoever waits for a promotion need not wait for systemd to read its files again, unless it is about who may start unasked.
  return wanted.startsAtBoot ? [...steps, ...boot] : [...boot, ...steps];
}

/** Writes and removals that bring `seen` (text by path) to `files`. */
export function planFiles(
  files: readonly ManagedFile[],
  seen: Readonly<Record<string, string | null>>,
): ServerStep[] {
  return files.flatMap(({ path, content, mode, owner }): ServerStep[] => {
    if ((seen[path] ?? null) === content) return [];
    return content === null
      ? [{ kind: 'file.remove', path }]
      : [{ kind: 'file.write', path, content, mode, owner }];
  });
}

function planRunning(
  wanted: DesiredServer,
  running: RunningServer,
  files: readonly ServerStep[],
): ServerStep[] {
  if (wanted.role === 'standby' && !running.inRecovery) {
    return [{ kind: 'server.stop', checkpoint: true, why: 'it is to follow and ran as a primary' }];
  }
  // At once: whoever writes waits for it. What the files say of following no longer matters then.
  if (wanted.role === 'promoting' && running.inRecovery) {
    return [{ kind: 'server.promote', why: 'it is to be the primary' }, ...files];
  }
  const loaded = running.inRecovery ? files : files.filter((step) => !isRecovery(step));
  if (files.length > 0 && loaded.length === 0) return [...files];
  const upstreamChanges = files.some(isRecovery);
  if (upstreamChanges && running.inRecovery && !wanted.traits.upstreamReloads) {
    return [...files, { kind: 'server.restart', why: 'its upstream changed' }];
  }
  if (files.length > 0) return [...files, { kind: 'server.reload', why: 'its files changed' }];
  // A reload with errors in the files would change nothing, again and again.
  const reload = running.reloadPending && running.configurationErrors.length === 0;
  if (reload) return [{ kind: 'server.reload', why: 'its files are newer than what it has loaded' }];
  const pending = running.pendingRestart.filter((name) => running.inRecovery || !followingOnly.test(name));
  if (wanted.mayRestart && pending.length > 0 && running.configurationErrors.length === 0) {
    return [{ kind: 'server.restart', why: `for ${pending.join(', ')}` }];
  }
  return [];
}

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
function signal(wanted: DesiredServer, facts: ServerFacts): ServerStep[] {
  const missing = wanted.role === 'standby' && !facts.standbySignal && wanted.traits.recoveryIn === 'signal';
  return missing ? [{ kind: 'standby.signal', present: true }] : [];
}

function isRecovery(step: ServerStep): boolean {
  return 'path' in step && /\/(60-)?recovery\.conf$/.test(step.path);
}
