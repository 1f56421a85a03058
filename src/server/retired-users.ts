/** Users of clients that are gone: what they own stays theirs, and they cannot log in. */
import type { CatalogFacts, RoleFacts, RoleNote } from './catalog-facts.ts';
import { knownRoles } from './registry.ts';

export interface Retirement {
  readonly role: string;
  /** Groups that the charm granted to it, but those that own what clients of a database share. */
  readonly revoke: readonly string[];
  readonly note: RoleNote;
}

/** Users that none of `used` is and that still can do something. */
export function retirements(seen: CatalogFacts, used: ReadonlySet<string>): Retirement[] {
  const known = knownRoles(seen);
  return seen.roles.flatMap((role): Retirement[] => {
    const note = known.get(role.name);
    if (note?.made !== 'user' || used.has(role.name)) return [];
    const isOwner = (group: string): boolean => known.get(group)?.made === 'owner';
    const revoke = note.groups.filter((group) => !isOwner(group) && role.memberOf.includes(group));
    if (!isAble(role) && revoke.length === 0) return [];
    const powerful = note.powerful || role.superuser || role.createDatabase || role.createRole;
    const kept = { ...note, groups: note.groups.filter(isOwner), password: null, powerful };
    return [{ role: role.name, revoke, note: kept }];
  });
}

function isAble(role: RoleFacts): boolean {
  const { login, hasPassword, superuser, replication, createRole, createDatabase, bypassRowSecurity } = role;
  return (
    login || hasPassword || superuser || replication || createRole || createDatabase || bypassRowSecurity
  );
}
