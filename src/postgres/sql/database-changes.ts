import { databasePrivileges } from '../../server/database-privileges.ts';
import { quoteIdentifier } from '../../server/identifiers.ts';
import type { Session } from '../session.ts';
import { enterDatabase } from './registry.ts';

const DUPLICATE_DATABASE = '42P04';

/**
 * Makes a database in the cluster's own encoding and locale, closed to PUBLIC before anybody can connect. It is entered before, since it cannot be made in a
 * transaction; one that is there by now is only noted when an administrator owns it.
 */
export async function createDatabase(session: Session, database: string): Promise<void> {
  const name = quoteIdentifier(database);
  await enterDatabase(session, { name: database, oid: null, taken: false });
  try {
    await session.run(`CREATE DATABASE ${name} TEMPLATE template0 ALLOW_CONNECTIONS false`);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code !== DUPLICATE_DATABASE) throw error;
  }
  const [made] = await session.rows<{ oid: number }>(
    `SELECT d.oid::bigint::float8 AS oid FROM pg_database d JOIN pg_authid o ON o.oid = d.datdba
     WHERE d.datname = $1 AND o.rolsuper`,
    [database],
  );
  if (made === undefined) throw new Error(`database "${database}" was made by somebody else meanwhile`);
  await closeDatabase(session, database);
  await session.run(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
  await enterDatabase(session, { name: database, oid: made.oid, taken: false });
}

/** Takes from PUBLIC what it has on every new database: CONNECT and TEMPORARY. */
export async function closeDatabase(session: Session, database: string): Promise<void> {
  await session.run(`REVOKE CONNECT, TEMPORARY ON DATABASE ${quoteIdentifier(database)} FROM PUBLIC`);
}

/** Takes from PUBLIC what it has on schema public up to 14: CREATE. */
export async function closeSchema(session: Session): Promise<void> {
  await session.run('REVOKE CREATE ON SCHEMA public FROM PUBLIC');
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
