/** Roles that a client may ask to be a member of. A membership must never be a way to become more than a client. */
import type { RoleFacts } from './catalog-facts.ts';
import { identifierProblem, shownName } from './identifiers.ts';
import { parseRoleComment } from './role-comment.ts';

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

/** Reason `role` is not granted on request; null when it is. `ownerRoles` own the objects of other clients. */
export function requestedRoleProblem(
  role: string,
  roles: ReadonlyMap<string, RoleFacts>,
  ownerRoles: ReadonlySet<string>,
): string | null {
  const problem = identifierProblem(role);
  if (problem !== null) return `role ${shownName(role)}: ${problem}`;
  const reserved = reservedProblem(role, ownerRoles);
  if (reserved !== null) return reserved;
  return (
    [...closure(role, roles)].map((name) => dangerOf(role, name, roles, ownerRoles)).find(isText) ?? null
  );
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
  roles: ReadonlyMap<string, RoleFacts>,
  ownerRoles: ReadonlySet<string>,
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
  const made = parseRoleComment(role.comment)?.made;
  if (made === 'owner' || made === 'user' || made === 'replication') {
    return `role ${shownName(requested)}${via} belongs to other clients`;
  }
  return null;
}

function isText(value: string | null): value is string {
  return value !== null;
}
