/**
 * Roles and databases of a charm that had no registry and noted what it made in comments on roles. Whoever may alter a role can write
 * its comment, so a comment counts only on a role that no client has in its hands: of the charm's own name, with the attributes of its
 * kind, without members that somebody else gave, and without settings where it is powerful. Passwords need not be believed: they are set anew.
 */
import type { CatalogFacts, DatabaseNote, DesiredGrant, RoleFacts, RoleNote } from './catalog-facts.ts';
import { parseRoleComment } from './role-comment.ts';
import { strangeMember, superusersOf } from './role-members.ts';

const namesOfUsers = /^juju(admin|repl)?_/;

/** Name → note of every role that the former charm made and that can be believed to be its own. */
export function rolesOfFormer(roles: readonly RoleFacts[]): ReadonlyMap<string, RoleNote> {
  const superusers = superusersOf(roles);
  return new Map(
    roles.flatMap((role) => {
      const note = parseRoleComment(role.comment);
      if (note === null) return [];
      const powerful = role.superuser || role.createDatabase || role.createRole;
      const isStrange = strangeMember(role, superusers, false) !== null;
      const isSteered = powerful && role.hasSettings;
      if (isStrange || isSteered || !fits(role, note.made)) return [];
      return [[role.name, { ...note, powerful }] as const];
    }),
  );
}

/** Its name and attributes are those of what it is said to be. */
function fits(role: RoleFacts, made: RoleNote['made']): boolean {
  const { name, login, superuser, createRole, createDatabase, replication, bypassRowSecurity } = role;
  if (made === 'user') return namesOfUsers.test(name) && !bypassRowSecurity;
  if (made === 'replication') return name.startsWith('_juju_') && !createRole && !createDatabase;
  const isPlain = !(login || superuser || createRole || createDatabase || replication || bypassRowSecurity);
  return isPlain && (made === 'owner') === name.startsWith('jujuowner_');
}

/** Databases that clients have had from the former charm: it closed every one of them, and an administrator owns them. */
export function databasesOfFormer(
  { roles, databases }: Pick<CatalogFacts, 'roles' | 'databases'>,
  grants: readonly DesiredGrant[],
): DatabaseNote[] {
  const superusers = superusersOf(roles);
  const wanted = new Set(grants.map(({ database }) => database));
  return databases.flatMap(({ name, oid, owner, publicConnect }) =>
    wanted.has(name) && superusers.has(owner) && !publicConnect ? [{ name, oid, taken: false }] : [],
  );
}
