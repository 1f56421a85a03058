/** This unit's server, as far as the rules care. */
import type { RunningServer, ServerFacts, TimelineSwitch } from '../server/server-facts.ts';
import type { WalEnd } from './lineage.ts';
import type { MemberRole } from './member-facts.ts';
import { bytesBetween } from './position.ts';

/** A standby connected to this server. `slot` is its unit as `postgresql_1`. */
export interface Sender {
  readonly slot: string;
  readonly streaming: boolean;
  /** Bytes it has not flushed yet; null when unknown. */
  readonly lagBytes: number | null;
}

export interface OwnServer {
  readonly state: 'absent' | 'down' | 'starting' | 'running';
  readonly systemIdentifier: string | null;
  readonly timeline: number | null;
  /**
   * Running: end of the WAL. Down after a clean stop: the checkpoint. Down otherwise: null, it is not known.
   */
  readonly position: string | null;
  readonly history: readonly TimelineSwitch[];
  readonly inRecovery: boolean;
  /** Down, and pg_control says `shut down`: stopped cleanly as a primary. */
  readonly cleanStop: boolean;
  /**
   * Running: the position is the end of all WAL it has. False right after a restart, while it replays what
   * it had received before.
   */
  readonly endKnown: boolean;
  /** It would start as a standby. */
  readonly standbySignal: boolean;
  /** The host its settings follow; null when they follow nobody. */
  readonly follows: string | null;
  readonly streaming: boolean;
  /** The upstream's write position as last heard. */
  readonly upstreamPosition: string | null;
  readonly settings: Readonly<Record<string, number>>;
  readonly replayPaused: boolean;
  readonly walMissing: boolean;
  readonly senders: readonly Sender[];
}

/**
 * Reduces the server's facts to what the rules need. `follows` is the host in the primary_conninfo of the
 * recovery settings on disk (null when there is none), which only the room that writes those settings can
 * tell.
 */
export function ownServer(facts: ServerFacts, follows: string | null): OwnServer {
  const { control, running } = facts;
  const cleanStop = facts.state === 'down' && control?.state === 'shut down';
  return {
    state: facts.hasData || facts.state !== 'down' ? facts.state : 'absent',
    systemIdentifier: facts.hasData ? (control?.systemIdentifier ?? null) : null,
    timeline: running?.timeline ?? control?.checkpointTimeline ?? null,
    position: running?.position ?? (cleanStop ? (control?.checkpointPosition ?? null) : null),
    history: facts.history,
    inRecovery: running?.inRecovery ?? false,
    endKnown: running !== null && isEndKnown(running),
    cleanStop,
    standbySignal: facts.standbySignal,
    follows,
    streaming: running?.streaming ?? false,
    upstreamPosition: running?.upstreamPosition ?? null,
    settings: running?.orderedSettings ?? {},
    replayPaused: running?.replayPaused ?? false,
    walMissing: facts.walMissing,
    senders: running === null ? [] : sendersOf(running),
  };
}

/** A standby asks for WAL only when it has replayed all it has; a position received says that it did. */
function isEndKnown(running: RunningServer): boolean {
  if (!running.inRecovery || running.receivedPosition !== null) return true;
  return running.replayedAll ?? true;
}

function sendersOf(running: RunningServer): Sender[] {
  return running.senders.map((sender) => {
    const lag = bytesBetween(sender.flushPosition, running.position);
    return {
      slot: sender.applicationName,
      streaming: sender.state === 'streaming',
      lagBytes: lag === null ? null : Number(lag),
    };
  });
}

/** The word for it in the unit bag. */
export function roleOf(own: OwnServer): MemberRole {
  if (own.state === 'absent') return 'none';
  if (own.state === 'starting') return 'starting';
  if (own.state === 'down') return own.cleanStop && !own.standbySignal ? 'stopped' : 'down';
  return own.inRecovery ? 'standby' : 'primary';
}

/** The end of its WAL, or null when that cannot be told without starting it. */
export function walEnd(own: OwnServer): WalEnd | null {
  if (own.timeline === null || own.position === null) return null;
  const { timeline, position, history } = own;
  return { timeline, position, wrote: own.state === 'down', history };
}

/** Its timeline, or a later one that its history file names: pg_control is behind after a promotion. */
export function newestTimeline(own: OwnServer): number {
  return Math.max(own.timeline ?? 1, ...own.history.map((line) => line.timeline + 1));
}
