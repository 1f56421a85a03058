/** Facts that a plan is made of. Plain JSON: printed by `charm observe`, replayed by `charm plan --from FILE`. No password is in it. */

import type { Bag, ClientRelation, SyslogRelation } from '../relations/relation-facts.ts';
import type { CatalogFacts } from '../server/catalog-facts.ts';
import type { ClaimState } from '../server/claim.ts';
import type { Moment } from '../server/moment.ts';
import type { Verdicts } from '../server/raw-options.ts';
import type { ServerFacts, UnknownFacts } from '../server/server-facts.ts';
import type { NotedVolume } from '../server/volume.ts';
import type { EventFacts } from './event.ts';
import type { Memory } from './memory.ts';
import type { OptionValues } from './options/options.ts';
import type { Look } from './unknown.ts';

export interface PeerFacts {
  /** `replication:1` */
  readonly id: string;
  /** The application bag as it was when the hook began: what is committed. */
  readonly committed: Bag;
  /** The application bag with what this hook has written. */
  readonly application: Bag;
  /** This unit's bag with what this hook has written. */
  readonly own: Bag;
  /** The other members' bags. */
  readonly members: Readonly<Record<string, Bag>>;
  /** Bags, still readable, of units that decisions name and Juju no longer lists. */
  readonly departed: Readonly<Record<string, Bag>>;
  /** This unit's address for its peers. */
  readonly host: string | null;
}

/** A relation on endpoint syslog, with what this unit has published there. */
export interface SyslogFacts extends SyslogRelation {
  readonly ownBag: Bag;
}

export interface JujuFacts {
  readonly options: OptionValues;
  readonly leader: boolean;
  /** Time at which Juju was asked. Its answer on leadership holds for thirty seconds. */
  readonly askedAt: Moment;
  /** Units Juju still has, dying ones included (goal-state); null when Juju does not tell. */
  readonly units: readonly string[] | null;
  /** Units among them that are dying. */
  readonly dying: readonly string[];
  /** This unit is being removed. */
  readonly leaving: boolean;
  /** Null before the peer relation exists. */
  readonly peer: PeerFacts | null;
  readonly clients: readonly ClientRelation[];
  readonly syslog: readonly SyslogFacts[];
  /** Endpoints in use that the charm does not serve yet. */
  readonly unserved: readonly string[];
  /** False when this hook is to (re)open the port and has not yet. */
  readonly portOpen: boolean;
  /** Mount point of storage pgdata; null without it. */
  readonly storageLocation: string | null;
}

export interface CredentialFacts {
  /** The URI of the root secret, `bag` where Juju has no secrets, or null before there is one. */
  readonly source: string | null;
  /** Role → generation of its password; roles not named have 1. */
  readonly generations: Readonly<Record<string, number>>;
  /** Generation → fingerprint; empty while this unit cannot read the root. */
  readonly fingerprints: Readonly<Record<string, string>>;
  /** Role → generation of the password the server has for it, as far as this unit can see: the one to tell. */
  readonly onServer: Readonly<Record<string, number>>;
}

/** rsyslog's files that forward a unit's log. */
export interface ForwardFacts {
  /** Path → text of each file. */
  readonly files: Readonly<Record<string, string>>;
  /** Files were changed and rsyslog may not have read them since. */
  readonly unread: boolean;
  /** rsyslog is installed. */
  readonly canForward: boolean;
}

/** A data directory, and the major that its PG_VERSION names. */
export interface FoundData {
  readonly path: string;
  readonly version: string;
}

export interface MachineFacts {
  readonly ramBytes: number;
  /** Size of the volume that holds (or will hold) the data; null if unknown. */
  readonly volumeBytes: number | null;
  /** Juju's storage, where that is a volume of its own; missing or null when it is not, or there is none. */
  readonly storageVolume?: NotedVolume | null;
  /** Data directories on Juju's storage that are not the cluster's; missing: none, or there is no storage. */
  readonly otherData?: readonly FoundData[];
  /** Debian's self-signed certificate is there. */
  readonly certificate: boolean;
  /** rsyslog's files that forward this unit's log; null when they cannot be read. */
  readonly forwards: ForwardFacts | null;
}

export interface Observation {
  readonly now: Moment;
  /** The same as ISO text, for people: no limit may rest on it. */
  readonly nowText: string;
  readonly event: EventFacts;
  readonly juju: JujuFacts;
  readonly credentials: CredentialFacts;
  readonly machine: MachineFacts;
  readonly memory: Memory;
  /** Claim on the machine; missing: this unit's. Of another's nothing is looked at. */
  readonly claim?: ClaimState;
  readonly server: ServerFacts;
  /** Null when the server cannot be asked, or nothing is wanted of it. */
  readonly catalog: CatalogFacts | null;
  /** PostgreSQL's verdicts on the options with raw lines. */
  readonly verdicts: Verdicts;
  /** Label → URI of the secrets published for clients. */
  readonly secretUris: Readonly<Record<string, string>>;
  /** Units whose server's port was tried → whether it answered. */
  readonly answers: Readonly<Record<string, boolean>>;
  /** Looks that failed, each with its reason, besides those at the server. */
  readonly unknown: UnknownFacts<Look>;
}
