/**
 * What can be done to this machine's PostgreSQL, as plain data. Every step may be repeated after a kill at
 * any point.
 */
import type { ClusterPlace } from './place.ts';

/**
 * A supervised job that outlives the hook. `place` is where a clone goes, also when there is no cluster
 * yet. `lineage` says who wrote the timelines of what it brings: the job's state keeps it, so it is never
 * taken for that of another job.
 */
export type JobRequest =
  | {
      readonly job: 'clone';
      readonly fromUnit: string;
      readonly lineage: string;
      readonly upstream: Upstream;
      readonly replicationRole: string;
      readonly place: ClusterPlace;
    }
  | {
      readonly job: 'rewind';
      readonly fromUnit: string;
      readonly lineage: string;
      readonly upstream: Upstream;
      readonly replicationRole: string;
    }
  | { readonly job: 'watch'; readonly until: WatchCondition; readonly limitSeconds: number }
  /** `controllers`: where Juju can be reached, as `10.0.0.1:17070`. It has no end of its own. */
  | { readonly job: 'fence'; readonly controllers: readonly string[]; readonly replicationRole: string };

/** What a watch job waits for before it wakes the charm. */
export type WatchCondition =
  | { readonly event: 'unreachable'; readonly host: string; readonly port: number }
  | { readonly event: 'elapsed' };

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

export type ServerStep =
  /** `major` null: the release's default. `packages` are extra ones. */
  | { readonly kind: 'packages.install'; readonly major: number | null; readonly packages: readonly string[] }
  /** Makes the cluster, or takes over the data directory when it already holds this charm's data. */
  | {
      readonly kind: 'cluster.create';
      readonly place: ClusterPlace;
      readonly locale: string;
      readonly encoding: string;
    }
  | {
      readonly kind: 'file.write';
      readonly path: string;
      readonly content: string;
      readonly mode: number;
      readonly owner: 'root' | 'postgres';
    }
  | { readonly kind: 'file.remove'; readonly path: string }
  | { readonly kind: 'server.start'; readonly why: string }
  /** Fast shutdown, proved by pg_controldata; with `checkpoint`, a CHECKPOINT first shortens it. */
  | { readonly kind: 'server.stop'; readonly checkpoint: boolean; readonly why: string }
  | { readonly kind: 'server.restart'; readonly why: string }
  | { readonly kind: 'server.reload'; readonly why: string }
  | { readonly kind: 'server.promote'; readonly why: string }
  | { readonly kind: 'boot.set'; readonly automatic: boolean }
  | { readonly kind: 'standby.signal'; readonly present: boolean }
  | { readonly kind: 'slot.create'; readonly name: string }
  | { readonly kind: 'slot.drop'; readonly name: string }
  /** Lines for exactly these upstreams, all with the password of `role`. */
  | {
      readonly kind: 'passfile.write';
      readonly path: string;
      readonly role: string;
      readonly hosts: readonly string[];
    }
  /** Role for replication and pg_rewind, with its password. */
  | { readonly kind: 'replication.user'; readonly role: string }
  /** Ends sessions that the rules in force would not let in. */
  | { readonly kind: 'sessions.end'; readonly user: string; readonly address: string }
  /** Makes rsyslog forward by exactly `files`, and no more by those of `remove`. A failure concerns `relation`. */
  | {
      readonly kind: 'syslog.forward';
      readonly relation: string;
      readonly files: readonly { readonly path: string; readonly content: string }[];
      readonly remove: readonly string[];
    }
  | { readonly kind: 'job.start'; readonly request: JobRequest }
  | { readonly kind: 'job.stop'; readonly job: JobRequest['job'] }
  /** Removes data set aside by an earlier clone or rewind. */
  | { readonly kind: 'data.discardaside' };
