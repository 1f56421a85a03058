/**
 * Steps for a client's database as the whole server sees it: that it exists, is closed, and what the user
 * may do on it.
 */

import type { DesiredGrant } from './catalog-facts.ts';
import type { CatalogStep } from './catalog-steps.ts';
import type { CatalogView } from './catalog-view.ts';
import { type DatabasePrivilege, databasePrivileges } from './database-privileges.ts';
import { entryOf } from './entry-of.ts';
import { quoteIdentifier, shownName } from './identifiers.ts';
import { isReservedDatabase } from './reserved-databases.ts';

/** Steps for the database of `grant`; none for a reserved one, which only administrators may name. */
export function planDatabase(grant: DesiredGrant, view: CatalogView): CatalogStep[] {
  const { relation, database, user } = grant;
  if (isReservedDatabase(database)) return [];
  const seen = view.seen.databases.find((known) => known.name === database);
  const note = view.databases.get(database);
  // Killed in between, it may have been made and not been noted.
  if (seen === undefined || note?.oid === null) return [{ kind: 'database.create', relation, database }];
  if (note === undefined || note.oid !== seen.oid) {
    const taken = note === undefined ? seen.owner !== user : note.taken;
    return [{ kind: 'database.take', relation, database, oid: seen.oid, taken }];
  }
  if (!view.roles.has(user)) return [];
  const steps: CatalogStep[] = [];
  if (seen.publicConnect && !note.taken) steps.push({ kind: 'database.close', relation, database });
  const wanted: readonly string[] = sharedPrivileges(grant, view.grants);
  const held = entryOf(seen.privileges, user) ?? [];
  const granted = wanted.filter((word) => !held.includes(word));
  const revoked = view.spared.has(user) ? [] : held.filter((word) => !wanted.includes(word));
  if (granted.length > 0 || revoked.length > 0) {
    const change = { grant: granted, revoke: revoked };
    steps.push({ kind: 'database.privileges', relation, database, role: user, ...change });
  }
  return steps;
}

/** A word on a database that is open to everybody because somebody else made it, or null. */
export function openNotice({ relation, database }: DesiredGrant, view: CatalogView): string | null {
  const seen = view.seen.databases.find(({ name }) => name === database);
  if (view.databases.get(database)?.taken !== true || seen?.publicConnect !== true) return null;
  const shown = `database ${shownName(database)} of ${relation}`;
  const wayOut = `REVOKE CONNECT, TEMPORARY ON DATABASE ${quoteIdentifier(database)} FROM PUBLIC`;
  return `${shown} was there before this charm and stays open to every role that may log in to it; to close it: ${wayOut}`;
}

/** Privileges on the database of `grant` that any grant of its user names. */
export function sharedPrivileges(grant: DesiredGrant, grants: readonly DesiredGrant[]): DatabasePrivilege[] {
  const shared = grants.filter((other) => other.user === grant.user && other.database === grant.database);
  return databasePrivileges.filter((word) => shared.some(({ privileges }) => privileges.includes(word)));
}
