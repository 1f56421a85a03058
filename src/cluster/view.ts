/** Views that the rules decide on. Plain JSON, made by the plan from its observation. */
import type { Decision, MemberFacts } from './member-facts.ts';
import type { OwnServer } from './own-server.ts';

/** A member of the peer relation. */
export interface Member {
  readonly unit: string;
  /** Juju shows it dying (goal-state), or it says `leaving` itself. */
  readonly dying: boolean;
  /**
   * Its unit bag; null while it has published nothing. Another unit's bag may be older than what that unit
   * last wrote.
   */
  readonly facts: MemberFacts | null;
  /** Its server's port answered just now; null when it was not tried. */
  readonly answers: boolean | null;
}

export interface LeaderView {
  readonly unit: string;
  /** ISO time, for `since`. */
  readonly now: string;
  /** The decision as committed before this hook. A decision this hook has written itself is not here. */
  readonly decision: Decision | null;
  /** Time since this unit first knew the decision, in this boot of its machine. */
  readonly heldSeconds: number;
  /** This unit (its facts as seen now) and the peers Juju lists, without those that are gone. */
  readonly members: readonly Member[];
  /**
   * The bag of the decision's primary (or previous one, when frozen) when Juju lists it no more and the bag
   * can still be read.
   */
  readonly departedPrimary: MemberFacts | null;
  /** The decision's primary answers on its port or this server streams from it; null when that was not tried. */
  readonly primaryAnswers: boolean | null;
  /** Time since it last answered, as far as this unit remembers; null while it answers or was not tried. */
  readonly primarySilentSeconds: number | null;
  /**
   * Juju still has the decision's primary (goal-state), dying or not; a unit removed by force is gone at
   * once.
   */
  readonly primaryRemains: boolean;
  /** The newest request to all units to look (failover), and how long ago it was made; null when there was none. */
  readonly look: { readonly request: string; readonly ageSeconds: number } | null;
  /** Option manual_replication. */
  readonly manual: boolean;
}

/** Memory of a unit across restarts. Written before any step and any bag of the pass that changes it. */
export interface ClusterMemory {
  /** The greatest epoch seen. */
  readonly seenEpoch: number;
  /** The last epoch carried out or refused. */
  readonly doneEpoch: number;
  /** Set while the decision of `epoch` is refused: a promise not to act on it any more. */
  readonly refused: { readonly epoch: number; readonly why: string } | null;
  /** The system identifier of the data this unit had. */
  readonly systemIdentifier: string | null;
  /** End of the WAL, noted before the WAL receiver was cut: a restart would forget what was received. */
  readonly noted: NotedEnd | null;
  /** The newest epoch known while manual_replication was on, until a later decision says who is primary; null else. */
  readonly manualEpoch: number | null;
  /** A rewind was begun and has not ended well: its data is no use, to itself or to others. */
  readonly halfRewound: boolean;
  /** Writers of the timelines of its data (writers.ts); null when that is not known. */
  readonly lineage: string | null;
}

export interface NotedEnd {
  readonly timeline: number;
  readonly position: string;
  /** The primary's write position as this unit last heard it. */
  readonly primaryPosition: string | null;
}

/** A supervised job of this unit (clone or rewind). `running` covers starting too. */
export interface MemberJob {
  readonly name: 'clone' | 'rewind';
  readonly state: 'running' | 'failed' | 'done';
  readonly from: string;
  /** The lineage its goal named, kept with the job. */
  readonly lineage: string;
  /** `42% of 1.2 GiB`; null when unknown. */
  readonly progress: string | null;
  readonly error: string | null;
  readonly attempts: number;
  /** Pause left before the next attempt; 0 when it may start now. */
  readonly retryInSeconds: number;
}

/** The fence beside this unit's server (decision 13). */
export interface FenceView {
  /** Others could be promoted, so this server must not begin to accept writes without one. */
  readonly isNeeded: boolean;
  readonly isAlive: boolean;
  /** Reason none can be started, as this hook has found; null while that was not tried, or went well. */
  readonly problem: string | null;
}

export interface MemberView {
  readonly unit: string;
  readonly host: string;
  readonly port: number;
  /** Server version (`15.9`); null until PostgreSQL is installed. */
  readonly version: string | null;
  /** This unit is being removed. */
  readonly dying: boolean;
  /** Its machine has just booted. */
  readonly booted: boolean;
  /** The volume with its data is being taken from this unit, which stays. */
  readonly volumeGoes: boolean;
  /** No later hook of this unit can be relied on (storage-detaching, stop, remove). */
  readonly lastChance: boolean;
  readonly decision: Decision | null;
  /** Time since this unit first knew the decision, in this boot of its machine. */
  readonly heldSeconds: number;
  readonly memory: ClusterMemory;
  /** The other members. */
  readonly others: readonly Member[];
  readonly own: OwnServer;
  /** This unit's facts as they stand in its bag; null before it has published any. */
  readonly published: MemberFacts | null;
  readonly job: MemberJob | null;
  /** Reason the end of the last job is not known; null when it is. */
  readonly jobUnknown: string | null;
  /** pg_rewind can be tried (13 and later, checksums or wal_log_hints). */
  readonly canRewind: boolean;
  readonly fence: FenceView;
  /** The newest request to all units to look; null when there was none. */
  readonly look: string | null;
  readonly manual: boolean;
}
