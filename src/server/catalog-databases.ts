/**
 * Steps for a client's database as the whole server sees it: that it exists, is closed, and what the user
 * may do on it.
 */

import type { DesiredGrant } from './catalog-facts.ts';
import type { CatalogStep } from './catalog-steps.ts';
import type { CatalogView } from './catalog-view.ts';

const EVERYTHING = ['CONNECT', 'CREATE', 'TEMPORARY'];
const RESERVED = new Set(['postgres', 'template0', 'template1']);

/** Steps for the database of `grant`; none for a reserved one, which only administrators may name. */
export function planDatabase(grant: DesiredGrant, view: CatalogView): CatalogStep[] {
  const { relation, database, user } = grant;
  if (RESERVED.has(database)) return [];
  const seen = view.seen.databases.find((known) => known.name === database);
  if (seen === undefined) return [{ kind: 'database.create', relation, database }];
  if (!view.roles.has(user)) return [];
  const steps: CatalogStep[] = [];
  if (seen.publicConnect) steps.push({ kind: 'database.close', relation, database });
  const wanted = databasePrivileges(sharedBy(grant, view.grants));
  const held = seen.privileges[user] ?? [];
  const granted = wanted.filter((word) => !held.includes(word));
  const revoked = held.filter((word) => !wanted.includes(word));
  if (granted.length > 0 || revoked.length > 0) {
    const change = { grant: granted, revoke: revoked };
    steps.push({ kind: 'database.privileges', relation, database, role: user, ...change });
  }
  return steps;
}

/** `ALL` and `TEMP` spelled out, and CONNECT always: without it the rest is of no use. Sorted. */
export function databasePrivileges(words: readonly string[]): string[] {
  const all = words.includes('ALL');
  const spelled = words.map((word) => (word === 'TEMP' ? 'TEMPORARY' : word));
  return EVERYTHING.filter((word) => all || word === 'CONNECT' || spelled.includes(word));
}

function sharedBy(grant: DesiredGrant, grants: readonly DesiredGrant[]): string[] {
  return grants
    .filter((other) => other.user === grant.user && other.database === grant.database)
    .flatMap((other) => other.privileges);
}
