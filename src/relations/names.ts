/** Names of roles and databases: those the charm makes, and which of a stranger's are taken. */
import { hbaNameProblem } from '../server/hba.ts';
import { identifierProblem, shownName } from '../server/identifiers.ts';
import { isReservedDatabase } from '../server/reserved-databases.ts';
import { requestedRoleProblem } from '../server/role-safety.ts';

/** MD5 of a text as 32 hexadecimal digits. A parameter, because a pure room has no hash. */
export type Md5 = (text: string) => string;

const NAME_BYTES = 63;

export type UserKind = 'plain' | 'superuser' | 'replication';

const USER_PREFIXES = { plain: 'juju_', superuser: 'jujuadmin_', replication: 'jujurepl_' } as const;

/**
 * The role a client application logs in as: `juju_webapp`. The same for every relation of the application.
 */
export function userName(kind: UserKind, application: string, md5: Md5): string {
  return fitted(`${USER_PREFIXES[kind]}${application}`, md5);
}

/** All roles that a client application may log in as. */
export function userNames(application: string, md5: Md5): string[] {
  return (Object.keys(USER_PREFIXES) as UserKind[]).map((kind) => userName(kind, application, md5));
}

/** The role that owns what clients make in a database. Its prefix cannot be asked for, nor be a user's. */
export function ownerRoleName(database: string, md5: Md5): string {
  return fitted(`jujuowner_${database}`, md5);
}

/** A name over PostgreSQL's 63 bytes keeps its beginning and ends in the hash of the whole. */
function fitted(name: string, md5: Md5): string {
  if (bytesOf(name) <= NAME_BYTES) return name;
  let kept = '';
  for (const character of name) {
    if (bytesOf(kept + character) > NAME_BYTES - 32) break;
    kept += character;
  }
  return kept + md5(name);
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** Reason a database of this name is refused, or null. A superuser reaches the server's own databases anyway. */
export function databaseNameProblem(name: string, superuser: boolean): string | null {
  const problem = identifierProblem(name) ?? hbaNameProblem(name);
  if (problem !== null) return `database ${shownName(name)}: ${problem}`;
  if (superuser || !isReservedDatabase(name)) return null;
  return `database ${shownName(name)} is the server's own; ask for one of another name`;
}

/** Reason membership in a role of this name is refused whatever roles there are, or null. */
export function roleNameProblem(name: string): string | null {
  return requestedRoleProblem(name, { roles: new Map(), known: new Map(), ownerRoles: new Set() });
}

/** Reason an extension in this schema (null: the default one) is refused whatever the server has, or null. */
export function extensionProblem(name: string, schema: string | null): string | null {
  const problem = identifierProblem(name);
  if (problem !== null) return `extension ${shownName(name)}: ${problem}`;
  if (schema === null) return null;
  const reserved = schema.startsWith('pg_') || schema === 'information_schema';
  const schemaProblem = identifierProblem(schema) ?? (reserved ? 'it is reserved' : null);
  if (schemaProblem === null) return null;
  return `extension ${shownName(name)} in schema ${shownName(schema)}: ${schemaProblem}`;
}
