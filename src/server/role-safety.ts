/** Roles that a client may ask to be a member of. A membership must never be a way to become more than a client. */
import type { RoleFacts, RoleNote } from './catalog-facts.ts';
import { identifierProblem, shownName } from './identifiers.ts';
import { strangeMember, strangeMemberText, superusersOf } from './role-members.ts';

const RESERVED = new Set([
  'postgres',
  'public',
  'none',
  'current_user',
  'session_user',
  'current_role',
  'user',
]);
const RESERVED_PREFIXES = ['pg_', 'juju', '_juju'];

export interface RoleSurroundings {
  readonly roles: ReadonlyMap<string, RoleFacts>;
  /** Roles that the charm made. */
  readonly known: ReadonlyMap<string, RoleNote>;
  /** Roles that own the objects of other clients. */
  readonly ownerRoles: ReadonlySet<string>;
}

/** Reason `role` is not granted on request; null when it is. */
export function requestedRoleProblem(role: string, surroundings: RoleSurroundings): string | null {
  const { roles, ownerRoles } = surroundings;
  const problem = identifierProblem(role);
  if (problem !== null) return `role ${shownName(role)}: ${problem}`;
  const reserved = reservedProblem(role, ownerRoles);
  if (reserved !== null) return reserved;
  return [...closure(role, roles)].map((name) => dangerOf(role, name, surroundings)).find(isText) ?? null;
}

function reservedProblem(role: string, ownerRoles: ReadonlySet<string>): string | null {
  const lower = role.toLowerCase();
  const reserved = RESERVED.has(lower) || RESERVED_PREFIXES.some((prefix) => lower.startsWith(prefix));
  if (reserved) return `role ${shownName(role)} is reserved`;
  return ownerRoles.has(role) ? `role ${shownName(role)} owns what other clients have` : null;
}

/** `role` and all it is a member of, directly or not: SET ROLE reaches every one of them. */
function closure(role: string, roles: ReadonlyMap<string, RoleFacts>): Set<string> {
  const reached = new Set([role]);
  for (const name of reached) {
    for (const parent of roles.get(name)?.memberOf ?? []) reached.add(parent);
  }
  return reached;
}

function dangerOf(
  requested: string,
  name: string,
  { roles, known, ownerRoles }: RoleSurroundings,
): string | null {
  const via = name === requested ? '' : ` is a member of ${shownName(name)}, which`;
  if (name !== requested) {
    const reserved = reservedProblem(name, ownerRoles);
    if (reserved !== null) return `role ${shownName(requested)} is a member of a reserved one: ${reserved}`;
  }
  const role = roles.get(name);
  if (role === undefined) return null;
  const powers = [
    role.superuser && 'SUPERUSER',
    role.createRole && 'CREATEROLE',
    role.createDatabase && 'CREATEDB',
    role.replication && 'REPLICATION',
    role.bypassRowSecurity && 'BYPASSRLS',
    role.login && 'LOGIN',
  ].filter((power) => power !== false);
  if (powers.length > 0)
    return `role ${shownName(requested)}${via} has ${powers.join(', ')}; it is not granted to clients`;
  const made = known.get(name)?.made;
  if (made === 'owner' || made === 'user' || made === 'replication') {
    return `role ${shownName(requested)}${via} belongs to other clients`;
  }
  // Members of a group share what is granted to it, so nobody but an operator may add one.
  const strange = strangeMember(role, superusersOf(roles.values()), false);
  return strange === null ? null : strangeMemberText(name, strange);
}

function isText(value: string | null): value is string {
  return value !== null;
}
