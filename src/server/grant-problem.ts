/** Reason a client's request cannot be met, before anything is done for it. */
import type { CatalogFacts, DesiredGrant, RoleFacts } from './catalog-facts.ts';
import { entryOf } from './entry-of.ts';
import { hbaNameProblem } from './hba.ts';
import { identifierProblem, shownName } from './identifiers.ts';
import { isReservedDatabase } from './reserved-databases.ts';
import { parseRoleComment } from './role-comment.ts';
import { requestedRoleProblem } from './role-safety.ts';
import type { MajorTraits } from './versions.ts';

export interface GrantSurroundings {
  readonly roles: ReadonlyMap<string, RoleFacts>;
  readonly ownerRoles: ReadonlySet<string>;
  readonly traits: MajorTraits;
}

/** All reasons why `grant` is refused, for its relation's status. */
export function grantProblems(
  grant: DesiredGrant,
  seen: CatalogFacts,
  { roles, ownerRoles, traits }: GrantSurroundings,
): string[] {
  return [
    databaseProblem(grant, seen),
    attributeProblem(grant, traits),
    userProblem(grant, roles),
    ownerProblem(grant, roles),
    ...grant.roles.map((role) => requestedRoleProblem(role, roles, ownerRoles)),
    ...grant.extensions.map((extension) => extensionProblem(extension, grant, seen)),
  ].flatMap((problem) => problem ?? []);
}

function databaseProblem({ database, superuser }: DesiredGrant, seen: CatalogFacts): string | null {
  const shown = `database ${shownName(database)}`;
  const name = identifierProblem(database);
  if (name !== null) return `${shown}: ${name}`;
  const hba = hbaNameProblem(database);
  if (hba !== null) return `${shown} cannot be named in pg_hba.conf: ${hba}`;
  // An administrator reaches every database anyway; nothing is granted or changed in a reserved one.
  if (isReservedDatabase(database) && !superuser) return `${shown} is reserved`;
  const facts = seen.databases.find((known) => known.name === database);
  if (facts?.allowsConnections === false) return `${shown} does not allow connections`;
  const unreadable = entryOf(seen.unreadable, database);
  return unreadable === undefined ? null : `${shown} cannot be looked into: ${unreadable}`;
}

/**
 * Until 15 whoever may create roles may also join every role but a superuser's, pg_execute_server_program
 * included.
 */
function attributeProblem(grant: DesiredGrant, traits: MajorTraits): string | null {
  if (!grant.createRole || grant.superuser || traits.grantOptions) return null;
  return `CREATEROLE is not given on PostgreSQL ${traits.major}: its holder could become an administrator`;
}

/** A role of the client's name that somebody else made must not change hands unless it is harmless. */
function userProblem(grant: DesiredGrant, roles: ReadonlyMap<string, RoleFacts>): string | null {
  const shown = `user ${shownName(grant.user)}`;
  const problem = identifierProblem(grant.user) ?? hbaNameProblem(grant.user);
  if (problem !== null) return `${shown}: ${problem}`;
  if (!grant.user.startsWith('juju')) return `${shown}: users of clients begin with "juju"`;
  const made = parseRoleComment(roles.get(grant.user)?.comment ?? null)?.made;
  if (made !== undefined && made !== 'user') return `${shown} is taken: that role was made as ${made}`;
  return null;
}

function ownerProblem(grant: DesiredGrant, roles: ReadonlyMap<string, RoleFacts>): string | null {
  const shown = `role ${shownName(grant.ownerRole)}, the owner role of database ${shownName(grant.database)}`;
  const problem = identifierProblem(grant.ownerRole);
  if (problem !== null) return `${shown}: ${problem}`;
  const role = roles.get(grant.ownerRole);
  if (role === undefined || parseRoleComment(role.comment)?.made === 'owner') return null;
  return `${shown}, exists and was not made for that; rename or drop it`;
}

function extensionProblem(
  { name, schema }: DesiredGrant['extensions'][number],
  grant: DesiredGrant,
  seen: CatalogFacts,
): string | null {
  const shown = `extension ${shownName(name)}`;
  const problem = identifierProblem(name) ?? (schema === null ? null : schemaProblem(schema));
  if (problem !== null) return `${shown}: ${problem}`;
  const inside = seen.inside.find((known) => known.name === grant.database);
  if (
    inside === undefined ||
    Object.hasOwn(inside.extensions, name) ||
    // PostgreSQL says itself what is wrong with one that cannot be looked for.
    inside.availableExtensions?.includes(name) !== false
  )
    return null;
  return `${shown} is not available; install its package (extra_packages) or stop requesting it`;
}

function schemaProblem(schema: string): string | null {
  const problem = identifierProblem(schema);
  if (problem !== null) return `schema ${shownName(schema)}: ${problem}`;
  const reserved = schema.startsWith('pg_') || schema === 'information_schema';
  return reserved ? `schema ${shownName(schema)} is reserved` : null;
}
