/**
 * Jobs: processes that outlive the hook that starts them, one entry a kind. `request` is what the plan asks for, `notes` what the kind
 * keeps in its state besides what all jobs have, `facts` what the plan sees of it. The rest of a kind is in postgres/jobs/.
 */
import type { Moment } from './moment.ts';
import type { ClusterPlace } from './place.ts';
import type { NotedVolume } from './volume.ts';

export interface Jobs {
  /** A copy of another unit's data. */
  readonly clone: { readonly request: CloneRequest; readonly notes: object; readonly facts: CopyFacts };
  /** Bringing a former primary back to where its history and the new primary's part. */
  readonly rewind: { readonly request: CopyRequest; readonly notes: Discarded; readonly facts: CopyFacts };
  /** Waiting for an event that Juju does not deliver. */
  readonly watch: { readonly request: WatchRequest; readonly notes: object; readonly facts: WatchFacts };
  /** Installing packages. */
  readonly packages: {
    readonly request: PackagesRequest;
    readonly notes: Installed;
    readonly facts: PackagesFacts;
  };
  /** The process that stops a primary without contact (decision 13). */
  readonly fence: { readonly request: FenceRequest; readonly notes: Stopped; readonly facts: FenceFacts };
}

export type JobName = keyof Jobs;
export type RequestOf<K extends JobName> = Jobs[K]['request'];
export type NotesOf<K extends JobName> = Jobs[K]['notes'];
export type FactsOf<K extends JobName> = Jobs[K]['facts'];

/** A request with the kind it is for. */
export type Asked<K extends JobName> = { readonly job: K } & RequestOf<K>;
export type JobRequest = { [K in JobName]: Asked<K> }[JobName];

/**
 * The server a standby follows. `slot` is its slot there, `applicationName` how it calls itself
 * (`postgresql_1`).
 */
export interface Upstream {
  readonly host: string;
  readonly port: number;
  readonly slot: string | null;
  readonly applicationName: string;
}

/** `lineage` names the writers of the timelines it brings: the job's state keeps it, so it is never taken for that of another job. */
export interface CopyRequest {
  readonly fromUnit: string;
  readonly lineage: string;
  readonly upstream: Upstream;
  readonly replicationRole: string;
}

/** `place` is where a clone goes, also when there is no cluster yet, `volume` where data was seen there last; missing or null: never. */
export interface CloneRequest extends CopyRequest {
  readonly place: ClusterPlace;
  readonly volume?: NotedVolume | null;
}

export interface WatchRequest {
  readonly until: WatchCondition;
  readonly limitSeconds: number;
}

/** Events that a watch waits for before it wakes the charm. */
export type WatchCondition =
  | { readonly event: 'unreachable'; readonly host: string; readonly port: number }
  | { readonly event: 'elapsed' };

/** `controllers`: where Juju can be reached, as `10.0.0.1:17070`. */
export interface FenceRequest {
  readonly controllers: readonly string[];
  readonly replicationRole: string;
}

/** Names of packages: those without which there is no PostgreSQL of `major` (null: any), and others. */
export interface PackagesRequest {
  readonly major: number | null;
  readonly server: readonly string[];
  readonly extra: readonly string[];
}

/** Outcomes so far, of former jobs too: packages that were installed, and apt's reason for each that cannot be. */
export interface Installed {
  readonly installed: readonly string[];
  readonly refused: Readonly<Record<string, string>>;
}

/** The WAL positions between which a rewind has thrown away what only this unit had; null when there was none. */
export interface Discarded {
  readonly discarded: { readonly from: string; readonly to: string } | null;
}

/** Time at which the fence last stopped the server, ISO; null when it has not. */
export interface Stopped {
  readonly stoppedAt: string | null;
}

/** Progress of a job that runs to its end. Texts of times are ISO. */
export interface JobProgress {
  readonly startedAt: string;
  readonly began: Moment | null;
  /** Part of the work it is busy with, for a status: `waiting for a checkpoint`, `copying`. */
  readonly phase: string;
  /** Attempts so far for the same thing, this one included. */
  readonly attempts: number;
  readonly error: string | null;
  readonly finishedAt: string | null;
  readonly ended: Moment | null;
  /** Its process lives. Not finished and not alive: it was killed. */
  readonly alive: boolean;
}

/** A clone or rewind. */
export interface CopyFacts extends JobProgress, Discarded {
  readonly job: 'clone' | 'rewind';
  readonly fromUnit: string;
  readonly lineage: string;
  readonly bytesDone: number | null;
  readonly bytesTotal: number | null;
}

export interface PackagesFacts extends JobProgress, Installed, PackagesRequest {
  /** dpkg is at work, which is not to be interrupted. */
  readonly isUnpacking: boolean;
}

export interface WatchFacts extends WatchRequest {
  readonly began: Moment | null;
  readonly alive: boolean;
}

export interface FenceFacts extends Stopped {
  /** Its process lives and has looked a moment ago. */
  readonly alive: boolean;
  /** It runs the program of this charm, not of the one before an upgrade. */
  readonly isCurrent: boolean;
  readonly controllers: readonly string[];
  /** Reason its last start failed, and the time; null when it was started. */
  readonly failure: { readonly reason: string; readonly at: Moment } | null;
}
