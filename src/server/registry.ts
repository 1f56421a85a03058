/**
 * Roles and databases that the charm knows as its own: those in the registry, a table no client can write. Before there is one, those
 * that a charm without a registry has made, as far as that can be believed.
 */
import type { CatalogFacts, DatabaseNote, DesiredGrant, RoleNote } from './catalog-facts.ts';
import { databasesOfFormer, rolesOfFormer } from './takeover.ts';

/** A role that goes into a new registry. */
export interface AdoptedRole {
  readonly name: string;
  readonly oid: number;
  readonly note: RoleNote;
}

type Seen = Pick<CatalogFacts, 'roles' | 'registry'>;

/** Name → note of every role that the charm made. */
export function knownRoles(seen: Seen): ReadonlyMap<string, RoleNote> {
  if (seen.registry === null) return rolesOfFormer(seen.roles);
  return new Map(seen.roles.flatMap(({ name, note }) => (note === null ? [] : [[name, note] as const])));
}

/** Name → note of every database that clients have. */
export function knownDatabases(
  seen: Seen & Pick<CatalogFacts, 'databases'>,
  grants: readonly DesiredGrant[],
): ReadonlyMap<string, DatabaseNote> {
  const notes = seen.registry ?? databasesOfFormer(seen, grants);
  return new Map(notes.map((note) => [note.name, note]));
}

/** First entries of a new registry. */
export function firstEntries(
  seen: CatalogFacts,
  grants: readonly DesiredGrant[],
): { readonly roles: readonly AdoptedRole[]; readonly databases: readonly DatabaseNote[] } {
  const known = knownRoles(seen);
  const roles = seen.roles.flatMap(({ name, oid }) => {
    const note = known.get(name);
    return note === undefined ? [] : [{ name, oid, note }];
  });
  return { roles, databases: [...knownDatabases(seen, grants).values()] };
}
