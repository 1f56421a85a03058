/** Steps on roles, databases and what is in them, as plain data. A failure concerns `relation`. */

import type { RoleNote } from './catalog-facts.ts';

export interface RoleAttributes {
  readonly login: boolean;
  readonly superuser: boolean;
  readonly replication: boolean;
  readonly createRole: boolean;
  readonly createDatabase: boolean;
}

interface Concerning {
  /** The relation a failure is reported against: `db:3`. */
  readonly relation: string;
}

export type CatalogStep = Concerning &
  (
    | {
        readonly kind: 'role.create';
        readonly role: string;
        readonly attributes: RoleAttributes;
        readonly note: RoleNote;
      }
    | {
        readonly kind: 'role.alter';
        readonly role: string;
        readonly attributes: RoleAttributes;
        readonly note: RoleNote;
      }
    /** Sets the password derived for `role` and notes its fingerprint, in one transaction. */
    | { readonly kind: 'role.password'; readonly role: string; readonly note: RoleNote }
    /** Grants and revokes memberships and notes them, in one transaction. */
    | {
        readonly kind: 'role.groups';
        readonly role: string;
        readonly grant: readonly string[];
        readonly revoke: readonly string[];
        readonly note: RoleNote;
      }
    /** Notes that it is to be made, makes it, and notes its OID. */
    | { readonly kind: 'database.create'; readonly database: string }
    /** Notes a database that somebody else has made. `taken`: it is not to be closed to others. */
    | {
        readonly kind: 'database.take';
        readonly database: string;
        readonly oid: number;
        readonly taken: boolean;
      }
    /** Nobody but those with privileges of their own may connect. */
    | { readonly kind: 'database.close'; readonly database: string }
    | {
        readonly kind: 'database.privileges';
        readonly database: string;
        readonly role: string;
        readonly grant: readonly string[];
        readonly revoke: readonly string[];
      }
    | {
        readonly kind: 'schema.privileges';
        readonly database: string;
        readonly role: string;
        readonly grant: readonly string[];
        readonly revoke: readonly string[];
      }
    /** Lets nobody but those with privileges of their own create in schema public. */
    | { readonly kind: 'schema.close'; readonly database: string }
    /** Lets members of `ownerRole` use what `role` creates in `database` from now on. */
    | {
        readonly kind: 'objects.share';
        readonly database: string;
        readonly role: string;
        readonly ownerRole: string;
      }
    /** Gives `ownerRole` what a client that is gone has left in `database`. */
    | {
        readonly kind: 'objects.inherit';
        readonly database: string;
        readonly role: string;
        readonly ownerRole: string;
      }
    | { readonly kind: 'schema.create'; readonly database: string; readonly schema: string }
    | {
        readonly kind: 'extension.create';
        readonly database: string;
        readonly extension: string;
        readonly schema: string | null;
      }
  );
