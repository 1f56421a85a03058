/** The role that standbys log in with: as it should be, and what is wrong with the one that is there. */
import type { CatalogFacts, RoleFacts, RoleNote } from './catalog-facts.ts';
import { quoteIdentifier, shownName } from './identifiers.ts';
import { knownRoles } from './registry.ts';
import type { MajorTraits } from './versions.ts';

/** Tells whether the role is there as the charm makes it, with the password of `fingerprint` and without members. */
export function isOwnRoleSound(
  name: string,
  seen: CatalogFacts,
  fingerprint: string,
  traits: MajorTraits,
): boolean {
  const role = seen.roles.find((each) => each.name === name);
  const note = knownRoles(seen).get(name);
  return role !== undefined && note !== undefined && isAsMade(role, note, fingerprint, traits);
}

function isAsMade(role: RoleFacts, note: RoleNote, fingerprint: string, traits: MajorTraits): boolean {
  const isNamed = note.made === 'replication' && note.password === fingerprint;
  const hasPowers = role.login && role.replication && role.superuser === !traits.unprivilegedRewind;
  return isNamed && hasPowers && role.hasPassword && role.passwordKept && role.members.length === 0;
}

/** Reason there can be no such role: somebody else made one of its name. Null when that is not so. */
export function ownRoleProblem(name: string, seen: CatalogFacts): string | null {
  const isThere = seen.roles.some((role) => role.name === name);
  if (!isThere || knownRoles(seen).get(name)?.made === 'replication') return null;
  const sql = quoteIdentifier(name);
  const wayOut = `rename or drop it: ALTER ROLE ${sql} RENAME TO …, DROP ROLE ${sql}`;
  return `standbys cannot log in: role ${shownName(name)} is there and this charm did not make it; ${wayOut}`;
}
