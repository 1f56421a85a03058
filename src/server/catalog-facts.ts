/** Roles, databases and extensions: what relations want of them and what is there. Plain JSON. */
import type { DatabasePrivilege } from './database-privileges.ts';

/** Note of the registry on a role that the charm made. */
export interface RoleNote {
  readonly made: 'user' | 'group' | 'owner' | 'replication';
  /** Groups the charm granted to it, so that only those are ever revoked. */
  readonly groups: readonly string[];
  /** Fingerprint of the password that was set last. */
  readonly password: string | null;
  /** Powers beyond a client's, now or once: what it owns may be whole databases. */
  readonly powerful: boolean;
}

/** One row of pg_auth_members: somebody is a member of the role. */
export interface Membership {
  readonly member: string;
  /** Role in whose name it was granted; null when that is gone. */
  readonly grantor: string | null;
  readonly admin: boolean;
}

export interface RoleFacts {
  readonly name: string;
  readonly oid: number;
  readonly login: boolean;
  readonly superuser: boolean;
  readonly replication: boolean;
  readonly createRole: boolean;
  readonly createDatabase: boolean;
  readonly bypassRowSecurity: boolean;
  readonly hasPassword: boolean;
  /** True while the password stored is the one that the charm set, as the registry has it. */
  readonly passwordKept: boolean;
  /** Settings of its own (ALTER ROLE … SET). */
  readonly hasSettings: boolean;
  /** Entry of the registry for the role with this name and OID; null: the charm did not make it. */
  readonly note: RoleNote | null;
  /** COMMENT ON ROLE: the note of charms that had no registry. Whoever may alter the role can write it. */
  readonly comment: string | null;
  readonly memberOf: readonly string[];
  readonly members: readonly Membership[];
}

export interface DatabaseFacts {
  readonly name: string;
  readonly oid: number;
  readonly owner: string;
  readonly allowsConnections: boolean;
  /** PUBLIC may connect. */
  readonly publicConnect: boolean;
  /** Roles with privileges of their own on the database: name → `CONNECT`, `CREATE`, `TEMPORARY`. */
  readonly privileges: Readonly<Record<string, readonly string[]>>;
}

/** Entry of the registry for a database that clients of the charm have. */
export interface DatabaseNote {
  readonly name: string;
  /** Null while it is being made. */
  readonly oid: number | null;
  /** Somebody else had made it before a client named it: nothing in it is closed to others. */
  readonly taken: boolean;
}

/** Inside one database that a relation wants. */
export interface DatabaseInside {
  readonly name: string;
  /** OID of the database: another one of this name is not this one. */
  readonly oid: number;
  /** Extension → schema it lives in. */
  readonly extensions: Readonly<Record<string, string>>;
  /** Null when they cannot be listed. */
  readonly availableExtensions: readonly string[] | null;
  readonly schemas: readonly string[];
  /** PUBLIC may create in schema public. */
  readonly publicSchemaOpen: boolean;
  /** Roles with privileges of their own on schema public: name → `CREATE`, `USAGE`. */
  readonly publicSchemaPrivileges: Readonly<Record<string, readonly string[]>>;
  /** Roles that own something in this database. */
  readonly owners: readonly string[];
  /** Role → roles that get its future tables by ALTER DEFAULT PRIVILEGES. */
  readonly defaultGrants: Readonly<Record<string, readonly string[]>>;
}

/** Open sessions of `user` from `address` that began before the rules of access in force were read. */
export interface OlderSessions {
  readonly user: string;
  readonly address: string;
}

export interface CatalogFacts {
  /** Databases in the registry; null before there is a registry. */
  readonly registry: readonly DatabaseNote[] | null;
  /** Every role of the server, predefined ones included. */
  readonly roles: readonly RoleFacts[];
  readonly databases: readonly DatabaseFacts[];
  readonly inside: readonly DatabaseInside[];
  /** Databases that could not be looked into, and why; they concern their own relations only. */
  readonly unreadable: Readonly<Record<string, string>>;
  readonly olderSessions?: readonly OlderSessions[];
}

/** An extension a client asks for, in `schema` (null: the default). */
export interface DesiredExtension {
  readonly name: string;
  readonly schema: string | null;
}

/** Needs of one client relation. Made by relations/, carried out by the catalog planner. */
export interface DesiredGrant {
  /** The relation: `db:3`. Problems are reported against it. */
  readonly relation: string;
  /** Tells the requests of a relation apart. */
  readonly mark: string;
  /** False for one that has been answered before and is in force until the relation's newer requests are. */
  readonly requested: boolean;
  readonly database: string;
  readonly user: string;
  readonly superuser: boolean;
  readonly replication: boolean;
  /** Requested group roles, created NOLOGIN when missing, granted, and revoked when no longer requested. */
  readonly roles: readonly string[];
  readonly extensions: readonly DesiredExtension[];
  readonly privileges: readonly DatabasePrivilege[];
  /** Attributes beyond the defaults (postgresql_client extra-user-roles such as CREATEDB). */
  readonly createDatabase: boolean;
  readonly createRole: boolean;
  /** Role owning the database's objects, of which every user of the database is a member. */
  readonly ownerRole: string;
}
