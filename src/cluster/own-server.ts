/** This unit's server, as far as the rules care. */
import type { RunningServer, ServerFacts, TimelineSwitch } from '../server/server-facts.ts';
import { startupProblem } from '../server/startup.ts';
import type { Status } from './goal.ts';
import type { WalEnd } from './lineage.ts';
import type { MemberFacts, MemberRole } from './member-facts.ts';
import { bytesBetween } from './position.ts';

/** A standby connected to this server. `slot` is its unit as `postgresql_1`. */
export interface Sender {
  readonly slot: string;
  readonly streaming: boolean;
  /** Bytes it has not flushed yet; null when unknown. */
  readonly lagBytes: number | null;
}

export interface OwnServer {
  /** `unknown`: it lives and cannot be asked, or nothing can be told of it. */
  readonly state: 'absent' | 'down' | 'starting' | 'running' | 'unknown';
  /**
   * Set when it cannot be asked, or (down) its data cannot be read: then what was published and decided last stays. `state`
   * is for the status.
   */
  readonly unknown: { readonly reason: string; readonly state: Status['state'] } | null;
  /** State `unknown`: its role as pg_control and the signal file have it; null when they do not agree, and in other states. */
  readonly seenAs: 'primary' | 'standby' | null;
  /** Reason why the volume with its data is away; null when it is not. The server may live on it all the same: a volume can be taken from under a server. */
  readonly volumeAway: string | null;
  /** Down, and its data surely cannot be used: why. */
  readonly damage: string | null;
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
  /** Reason it does not start; null when no start has failed since it last ran. */
  readonly problem: string | null;
  /** Down, and the init system is about to start it again by itself. */
  readonly restarts: boolean;
}

/**
 * Reduces the server's facts to what the rules need. `follows` is the host in the primary_conninfo of the
 * recovery settings on disk (null when there is none), which only the room that writes those settings can
 * tell. `remembered` is the system identifier of the data when it could last be read.
 */
export function ownServer(
  facts: ServerFacts,
  follows: string | null,
  remembered: string | null = null,
): OwnServer {
  const { control, running, damage } = facts;
  const cleanStop = facts.state === 'down' && control?.state === 'shut down';
  const kept = facts.hasData && damage === null ? remembered : null;
  return {
    state: facts.hasData || facts.state !== 'down' ? facts.state : 'absent',
    unknown: unknownIn(facts),
    volumeAway: facts.volumeAway ?? null,
    seenAs: facts.state === 'unknown' ? roleOnDisk(facts) : null,
    damage,
    systemIdentifier: facts.hasData ? (control?.systemIdentifier ?? kept) : null,
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
    problem: facts.startFailed ? startupProblem(facts) : null,
    restarts: facts.restarts,
  };
}

const shownAs = { busy: 'active', refused: 'blocked', silent: 'waiting' } as const;

function unknownIn({ state, unasked, unknown, damage }: ServerFacts): OwnServer['unknown'] {
  if (unasked !== null) return { reason: unasked.reason, state: shownAs[unasked.kind] };
  if (state !== 'down' || damage !== null) return null;
  const reason = unknown.control ?? unknown.history ?? unknown.signal;
  return reason === undefined ? null : { reason, state: 'blocked' };
}

/** A living server keeps its role in pg_control; a promotion is over when the signal file is gone. */
function roleOnDisk({ control, standbySignal, unknown }: ServerFacts): OwnServer['seenAs'] {
  if (unknown.signal !== undefined) return null;
  if (control?.state === 'in production' && !standbySignal) return 'primary';
  return control?.state === 'in archive recovery' && standbySignal ? 'standby' : null;
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

/** The word for it in the unit bag. `published` are its facts there, which stay where nothing newer is known. */
export function roleOf(own: OwnServer, published: MemberFacts | null = null): MemberRole {
  if (own.state === 'absent') return 'none';
  if (own.state === 'starting') return 'starting';
  if (own.state === 'unknown') return roleWhileUnknown(own, published) ?? 'starting';
  if (own.state === 'down') {
    const isStopped =
      own.unknown === null ? own.cleanStop && !own.standbySignal : published?.role === 'stopped';
    return isStopped ? 'stopped' : 'down';
  }
  return own.inRecovery ? 'standby' : 'primary';
}

/** The role of a server that cannot be asked: as seen on disk, else as published last; null when it had none. */
export function roleWhileUnknown(
  { seenAs }: Pick<OwnServer, 'seenAs'>,
  published: MemberFacts | null,
): 'primary' | 'standby' | null {
  if (seenAs !== null) return seenAs;
  return published?.role === 'primary' || published?.role === 'standby' ? published.role : null;
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
