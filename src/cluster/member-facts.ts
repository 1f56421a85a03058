/** Facts that members publish about themselves (unit bags) and the leader's decision (application bag) on the peer relation. */
import type { TimelineSwitch } from '../server/server-facts.ts';

/**
 * `none`: no data. `primary`, `standby`: the server runs as that. `stopped`: shut down cleanly as a primary,
 * at `position`. `down`: has data, not running (or crashed). `starting`: does not take sessions yet.
 */
export type MemberRole = 'none' | 'primary' | 'standby' | 'stopped' | 'down' | 'starting';

/** It has seen manual_replication on while the decision of `epoch` was the newest; `ended`: and has looked again after its end. */
export interface ManualNote {
  readonly epoch: number;
  readonly ended: boolean;
}

/** One member's unit bag. Facts only. */
export interface MemberFacts {
  readonly unit: string;
  readonly host: string;
  readonly port: number;
  /** `15.9`, or null before the package is installed. */
  readonly version: string | null;
  readonly systemIdentifier: string | null;
  readonly role: MemberRole;
  readonly timeline: number | null;
  /**
   * Only where it decides something: the final checkpoint of a `stopped` primary, the end of the WAL of a
   * standby that is frozen or whose primary is being removed and has fallen silent. Null otherwise, because a
   * position published all the time would wake every peer all the time.
   */
  readonly position: string | null;
  readonly history: readonly TimelineSwitch[];
  /** The unit it streams from now, null when it streams from nobody. */
  readonly streamingFrom: string | null;
  /**
   * Members connected to its running server, by its own list of WAL senders; null while it does not run, without other members, and from a
   * charm that did not publish it yet. A dead unit's bag still has `streamingFrom`: only both together are a stream.
   */
  readonly sendingTo?: readonly string[] | null;
  /** Reason its server does not start; null while it runs or nothing of the kind is known. */
  readonly problem?: string | null;
  /** The leader's newest request to look that it has met. */
  readonly looked?: string | null;
  /** The epoch of the last decision it has carried out or refused. */
  readonly epoch: number;
  /** Set when it could not do what the decision of `epoch` asks, and will not do it any more. */
  readonly refused: string | null;
  /** Reason no fence lives beside its server though it needs one; null when one lives, or none is needed. */
  readonly unfenced: string | null;
  /** It is being removed. */
  readonly leaving: boolean;
  /** Job in progress (`clone 42%`), null when none. */
  readonly job: string | null;
  /** The member its job copies from. */
  readonly jobFrom?: string | null;
  /** Writers of the timelines of its data, as `postgresql/0@1 postgresql/2@2` (writers.ts). */
  readonly lineage?: string | null;
  /** Settings a standby must not have lower than its primary, as running; empty while not running. */
  readonly settings?: Readonly<Record<string, number>>;
  /**
   * Published together with a frozen position: the furthest write position of the old primary this member has
   * heard of.
   */
  readonly primaryPosition?: string | null;
  /** Moves of roles by an operator since the decision of that epoch (manual.ts); null when there can be none. */
  readonly manual?: ManualNote | null;
}

/**
 * The leader's decision, application bag. `epoch` grows with every write; a unit acts on a decision once, in
 * epoch order.
 */
export interface Decision {
  readonly epoch: number;
  /**
   * `primary`: `primary` is (or becomes) the primary, all others follow it.
   * `freeze`: nobody is primary; standbys cut their WAL receiver and report.
   * `handover`: `primary` stops cleanly so that `target` can take over.
   */
  readonly kind: 'primary' | 'freeze' | 'handover';
  /** freeze: null. handover: the old primary. */
  readonly primary: string | null;
  readonly target: string | null;
  /** The primary before this decision, for the log and the status. */
  readonly previous: string | null;
  /**
   * kind primary after a clean stop: the new primary promotes only when it has received past this position.
   */
  readonly requiredPosition: string | null;
  /** The timeline of that position: a position says nothing without it. */
  readonly requiredTimeline?: number | null;
  /** Members an operator gave up (`failover`): not waited for, until they report as followers. */
  readonly excluded: readonly string[];
  /** Bytes that may be lost by this decision, as far as the reports tell; null when none can be. */
  readonly lossBytes: string | null;
  /** Time at which it was written (ISO), for time limits. */
  readonly since: string;
  /**
   * The system identifier of the cluster's data; null or missing until a decision was written that knew it.
   */
  readonly systemIdentifier?: string | null;
}
