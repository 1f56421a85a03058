/** Steps on this machine's PostgreSQL, as plain data. Every step may be repeated after a kill at any point. */
import type { DatabaseNote } from './catalog-facts.ts';
import type { Claim } from './claim.ts';
import type { JobName, JobRequest } from './jobs.ts';
import type { ClusterPlace } from './place.ts';
import type { RawOption } from './raw-options.ts';
import type { AdoptedRole } from './registry.ts';
import type { Retirement } from './retired-users.ts';

export type ServerStep =
  /** Makes the cluster, or takes over the data directory when it already holds this charm's data. */
  | {
      readonly kind: 'cluster.create';
      readonly place: ClusterPlace;
      readonly locale: string;
      readonly encoding: string;
    }
  /** Claims the machine for this unit. With `from`, what that unit has left is set aside first; null: it left nothing, or it is this unit's. */
  | { readonly kind: 'machine.claim'; readonly claim: Claim; readonly from: string | null }
  /** Leaves the machine to whoever comes next: processes ended, data and configuration set aside, notes and claim gone. */
  | { readonly kind: 'machine.release' }
  /** Writes the note of where the cluster is anew. */
  | { readonly kind: 'marker.write'; readonly place: ClusterPlace }
  | {
      readonly kind: 'file.write';
      readonly path: string;
      readonly content: string;
      readonly mode: number;
      readonly owner: 'root' | 'postgres';
    }
  | { readonly kind: 'file.remove'; readonly path: string }
  /** Has the programs of `major` judge an option's raw lines; what could not be judged is a verdict too. */
  | {
      readonly kind: 'option.check';
      readonly option: RawOption;
      readonly text: string;
      readonly major: number;
      readonly binDirectory: string;
    }
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
  /** Makes the registry of the charm's roles and databases with its first entries. */
  | {
      readonly kind: 'registry.create';
      readonly roles: readonly AdoptedRole[];
      readonly databases: readonly DatabaseNote[];
    }
  /** Takes a database that is gone out of the registry. */
  | { readonly kind: 'database.forget'; readonly name: string }
  /** Takes login, password and powers from the user of a client that is gone, and ends its sessions. */
  | ({ readonly kind: 'role.retire' } & Retirement)
  /** Role for replication and pg_rewind, with its password, in nobody else's hands. */
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
  | { readonly kind: 'job.stop'; readonly job: JobName }
  /** Removes data set aside by an earlier clone or rewind. */
  | { readonly kind: 'data.discardaside' };
