/**
 * Goals for a unit's server. The plan turns a goal into server steps; every goal is safe to ask for again, and most are already reached.
 */

/** Another member as a source of WAL or of a copy. */
export interface Upstream {
  readonly unit: string;
  readonly host: string;
  readonly port: number;
  /** The slot to use there. */
  readonly slot: string;
}

/**
 * `lineage` says who wrote the timelines a copy has (writers.ts). The job keeps it, and
 * MemberJob tells it again: it proves that the data is not what a server given up had written itself.
 */
export type Goal =
  /** Change nothing about the server's role, whatever it is doing. */
  | { readonly kind: 'hold' }
  /** Start what is there, as the primary or standby that it is. */
  | { readonly kind: 'resume' }
  /** Make a new cluster (initdb) and run it. */
  | { readonly kind: 'create' }
  /** Take a copy; data in the way is set aside, and removed only after the copy streams. */
  | { readonly kind: 'clone'; readonly upstream: Upstream; readonly lineage: string }
  /** Bring this server's data to the upstream's history, then follow. */
  | { readonly kind: 'rewind'; readonly upstream: Upstream; readonly lineage: string }
  /** Run writable: start it if it is down. */
  | { readonly kind: 'run-primary' }
  /** Leave recovery, then CHECKPOINT. */
  | { readonly kind: 'promote' }
  /** Run as a standby streaming from `upstream`. */
  | { readonly kind: 'follow'; readonly upstream: Upstream }
  /** Run as a standby with its WAL receiver cut: no upstream in its settings. */
  | { readonly kind: 'freeze' }
  /** CHECKPOINT, fast stop, stay down. */
  | { readonly kind: 'stop' };

export interface Status {
  readonly state: 'active' | 'waiting' | 'maintenance' | 'blocked';
  readonly message: string;
}

/**
 * Runs a pass again although no event may come: after `seconds` at the latest, earlier when the condition holds. `silent`: host:port
 * answers no more.
 */
export interface Watch {
  readonly until: 'time' | 'silent';
  readonly host: string | null;
  readonly port: number | null;
  readonly seconds: number;
}

/** A watch for the time alone. */
export function wakeAfter(seconds: number): Watch {
  return { until: 'time', host: null, port: null, seconds: Math.max(1, Math.ceil(seconds)) };
}
