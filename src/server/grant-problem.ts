/** Reason a client's request cannot be met, before anything is done for it. */
import type { CatalogFacts, DatabaseNote, DesiredGrant, RoleNote } from './catalog-facts.ts';
import { databaseOwnerProblem } from './database-owner.ts';
import { entryOf } from './entry-of.ts';
import { hbaNameProblem } from './hba.ts';
import { identifierProblem, quoteIdentifier, shownName } from './identifiers.ts';
import { isReservedDatabase } from './reserved-databases.ts';
import { strangeMember, strangeMemberText, superusersOf } from './role-members.ts';
import { type RoleSurroundings, requestedRoleProblem } from './role-safety.ts';
import type { MajorTraits } from './versions.ts';

export interface GrantSurroundings extends RoleSurroundings {
  /** Databases that clients of the charm have. */
  readonly databases: ReadonlyMap<string, DatabaseNote>;
  readonly traits: MajorTraits;
}

/** All reasons why `grant` is refused, for its relation's status. */
export function grantProblems(
  grant: DesiredGrant,
  seen: CatalogFacts,
  surroundings: GrantSurroundings,
): string[] {
  return [
    databaseProblem(grant, seen, surroundings),
    attributeProblem(grant, surroundings.traits),
    userProblem(grant, surroundings),
    ownerProblem(grant, surroundings),
    ...grant.roles.map((role) => requestedRoleProblem(role, surroundings)),
    ...grant.extensions.map((extension) => extensionProblem(extension, grant, seen)),
  ].flatMap((problem) => problem ?? []);
}

function databaseProblem(
  { database, superuser, user }: DesiredGrant,
  seen: CatalogFacts,
  surroundings: GrantSurroundings,
): string | null {
  const shown = `database ${shownName(database)}`;
  const name = identifierProblem(database);
  if (name !== null) return `${shown}: ${name}`;
  const hba = hbaNameProblem(database);
  if (hba !== null) return `${shown} cannot be named in pg_hba.conf: ${hba}`;
  // An administrator reaches every database anyway; nothing is granted or changed in a reserved one.
  if (isReservedDatabase(database) && !superuser) return `${shown} is reserved`;
  const facts = seen.databases.find((known) => known.name === database);
  const isHalfMade = surroundings.databases.get(database)?.oid === null;
  if (facts?.allowsConnections === false && !isHalfMade) return `${shown} does not allow connections`;
  const owner = isReservedDatabase(database)
    ? null
    : databaseOwnerProblem(database, user, seen.databases, surroundings);
  if (owner !== null) return owner;
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

/** A role of the client's name must be one that the charm made and that nobody else has in hand. */
function userProblem(grant: DesiredGrant, surroundings: GrantSurroundings): string | null {
  const shown = `user ${shownName(grant.user)}`;
  const problem = identifierProblem(grant.user) ?? hbaNameProblem(grant.user);
  if (problem !== null) return `${shown}: ${problem}`;
  if (!grant.user.startsWith('juju')) return `${shown}: users of clients begin with "juju"`;
  const powerful = grant.superuser || grant.replication || grant.createRole || grant.createDatabase;
  return strangerProblem(grant.user, 'user', powerful, surroundings);
}

function ownerProblem({ database, ownerRole }: DesiredGrant, surroundings: GrantSurroundings): string | null {
  const problem = identifierProblem(ownerRole);
  if (problem === null) return strangerProblem(ownerRole, 'owner', false, surroundings);
  return `role ${shownName(ownerRole)}, the owner role of database ${shownName(database)}: ${problem}`;
}

/** Reason the charm cannot use the role of this name that is there, or null. A powerful role has no members. */
function strangerProblem(
  name: string,
  wanted: RoleNote['made'],
  powerful: boolean,
  { roles, known }: GrantSurroundings,
): string | null {
  const role = roles.get(name);
  if (role === undefined) return null;
  const made = known.get(name)?.made;
  if (made === undefined) {
    const sql = quoteIdentifier(name);
    const wayOut = `rename or drop it: ALTER ROLE ${sql} RENAME TO …, DROP ROLE ${sql}`;
    return `role ${shownName(name)} is there and this charm did not make it; ${wayOut}`;
  }
  if (made !== wanted) return `role ${shownName(name)} is taken: this charm made it as ${made}`;
  const strange = strangeMember(role, superusersOf(roles.values()), powerful);
  return strange === null ? null : strangeMemberText(name, strange);
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
