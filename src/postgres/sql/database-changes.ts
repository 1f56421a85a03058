import { databasePrivileges } from '../../server/database-privileges.ts';
import { quoteIdentifier } from '../../server/identifiers.ts';
import type { Session } from '../session.ts';

const DUPLICATE_DATABASE = '42P04';

/** Makes a database in the cluster's own encoding and locale, closed to PUBLIC at once. */
export async function createDatabase(session: Session, database: string): Promise<void> {
  try {
    await session.run(`CREATE DATABASE ${quoteIdentifier(database)} TEMPLATE template0`);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code !== DUPLICATE_DATABASE) throw error;
  }
  await closeDatabase(session, database);
}

/** Takes from PUBLIC what it has on every new database: CONNECT and TEMPORARY. */
export async function closeDatabase(session: Session, database: string): Promise<void> {
  await session.run(`REVOKE CONNECT, TEMPORARY ON DATABASE ${quoteIdentifier(database)} FROM PUBLIC`);
}

/**
 * Grants and revokes privileges (`CONNECT`, `CREATE`, `USAGE` …, checked by the planner) on a database or
 * schema.
 */
export async function changePrivileges(
  session: Session,
  object: { readonly type: 'DATABASE' | 'SCHEMA'; readonly name: string },
  role: string,
  grant: readonly string[],
  revoke: readonly string[],
): Promise<void> {
  const target = `${object.type} ${quoteIdentifier(object.name)}`;
  if (grant.length > 0) {
    await session.run(`GRANT ${words(grant)} ON ${target} TO ${quoteIdentifier(role)}`);
  }
  if (revoke.length > 0) {
    await session.run(`REVOKE ${words(revoke)} ON ${target} FROM ${quoteIdentifier(role)}`);
  }
}

const KNOWN = new Set<string>([...databasePrivileges, 'USAGE']);

function words(privileges: readonly string[]): string {
  const unknown = privileges.find((word) => !KNOWN.has(word));
  if (unknown !== undefined) throw new Error(`"${unknown}" is not a privilege the charm grants`);
  return privileges.join(', ');
}
