/**
 * The registry of what the charm has made: two tables in database `postgres` that belong to the bootstrap superuser. They come to standbys
 * with all other data, and change in one transaction with what they tell of. Row security without a policy keeps out those who may write all data.
 */
import { createHash } from 'node:crypto';
import type { DatabaseNote, RoleNote } from '../../server/catalog-facts.ts';
import { isJsonList, jsonObject } from '../../server/json.ts';
import type { AdoptedRole } from '../../server/registry.ts';
import { inTransaction, type Session } from '../session.ts';

const schema = 'postgresql_charm';

/** OID of the role that initdb makes. */
const BOOTSTRAP = 10;

const definition = `
CREATE SCHEMA IF NOT EXISTS ${schema};
REVOKE ALL ON SCHEMA ${schema} FROM PUBLIC;
CREATE TABLE IF NOT EXISTS ${schema}.roles (
  name text PRIMARY KEY, oid oid NOT NULL, note text NOT NULL, verifier text);
CREATE TABLE IF NOT EXISTS ${schema}.databases (
  name text PRIMARY KEY, oid oid, taken boolean NOT NULL);
REVOKE ALL ON ${schema}.roles, ${schema}.databases FROM PUBLIC;
ALTER TABLE ${schema}.roles ENABLE ROW LEVEL SECURITY;
ALTER TABLE ${schema}.databases ENABLE ROW LEVEL SECURITY;
COMMENT ON SCHEMA ${schema} IS 'Roles and databases that the PostgreSQL charm has made'`;

export interface RegisteredRole {
  readonly oid: number;
  readonly note: RoleNote | null;
  /** SHA-256 of what pg_authid holds as the password. */
  readonly verifier: string | null;
}

export interface Registry {
  /** By name. */
  readonly roles: ReadonlyMap<string, RegisteredRole>;
  readonly databases: readonly DatabaseNote[];
}

/** Tells whether both tables are there. Throws when somebody else than the bootstrap superuser owns one or their schema. */
async function isThere(session: Session): Promise<boolean> {
  const found = await session.rows<{ name: string; ours: boolean }>(
    `SELECT n.nspname || '.' || c.relname AS name, n.nspowner = $2 AND c.relowner = $2 AS ours
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = $1 AND c.relname IN ('roles', 'databases')`,
    [schema, BOOTSTRAP],
  );
  const foreign = found.find(({ ours }) => !ours);
  if (foreign !== undefined) {
    throw new Error(
      `${foreign.name} in database postgres was not made by this charm; drop it or rename its schema`,
    );
  }
  return found.length === 2;
}

/** Reads it; null before it has been made. The session is one in database `postgres`. */
export async function readRegistry(session: Session): Promise<Registry | null> {
  if (!(await isThere(session))) return null;
  const [row] = await session.rows<{
    roles: { name: string; oid: number; note: string; verifier: string | null }[];
    databases: DatabaseNote[];
  }>(
    `SELECT
  (SELECT coalesce(json_agg(json_build_object('name', name, 'oid', oid::bigint, 'note', note,
     'verifier', verifier) ORDER BY name), '[]') FROM ${schema}.roles) AS roles,
  (SELECT coalesce(json_agg(json_build_object('name', name, 'oid', oid::bigint, 'taken', taken) ORDER BY name), '[]')
     FROM ${schema}.databases) AS databases`,
  );
  if (row === undefined) throw new Error('the registry of roles did not answer');
  const roles = row.roles.map(
    ({ name, oid, note, verifier }) => [name, { oid, note: parsed(note), verifier }] as const,
  );
  return { roles: new Map(roles), databases: row.databases };
}

/** Makes it with its first entries; what is there stays. */
export async function createRegistry(
  session: Session,
  roles: readonly AdoptedRole[],
  databases: readonly DatabaseNote[],
): Promise<void> {
  await inTransaction(session, async () => {
    await session.run(definition);
    await isThere(session);
    for (const { name, oid, note } of roles) {
      await session.rows(`INSERT INTO ${schema}.roles VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, [
        name,
        oid,
        JSON.stringify(note),
      ]);
    }
    for (const { name, oid, taken } of databases) {
      await session.rows(`INSERT INTO ${schema}.databases VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, [
        name,
        oid,
        taken,
      ]);
    }
  });
}

/** Enters a role that has been made in this transaction. */
export async function enterRole(session: Session, role: string, note: RoleNote): Promise<void> {
  await session.rows(
    `INSERT INTO ${schema}.roles SELECT rolname, oid, $2 FROM pg_authid WHERE rolname = $1
     ON CONFLICT (name) DO UPDATE SET oid = excluded.oid, note = excluded.note, verifier = NULL`,
    [role, JSON.stringify(note)],
  );
}

/**
 * Changes the entry of a role. Throws, and so undoes what was done to the role in this transaction, when the role of this name is not
 * the one that was entered.
 */
export async function writeRoleNote(session: Session, role: string, note: RoleNote): Promise<void> {
  const changed = await session.rows(
    `UPDATE ${schema}.roles r SET note = $2 FROM pg_authid a
     WHERE r.name = $1 AND a.rolname = r.name AND a.oid = r.oid RETURNING r.name`,
    [role, JSON.stringify(note)],
  );
  if (changed.length === 0) throw new Error(`role "${role}" was not made by this charm`);
}

/** Notes what is stored as the role's password; null: nothing. */
export async function noteVerifier(session: Session, role: string, verifier: string | null): Promise<void> {
  const hash = verifier === null ? null : verifierHash(verifier);
  await session.rows(`UPDATE ${schema}.roles SET verifier = $2 WHERE name = $1`, [role, hash]);
}

/** Enters a database; `oid` is null while it is being made. */
export async function enterDatabase(session: Session, { name, oid, taken }: DatabaseNote): Promise<void> {
  await session.rows(
    `INSERT INTO ${schema}.databases VALUES ($1, $2, $3)
     ON CONFLICT (name) DO UPDATE SET oid = excluded.oid, taken = excluded.taken`,
    [name, oid, taken],
  );
}

/** Takes a database out. */
export async function forgetDatabase(session: Session, name: string): Promise<void> {
  await session.rows(`DELETE FROM ${schema}.databases WHERE name = $1`, [name]);
}

/** Tells one stored password from another without giving it away. */
export function verifierHash(verifier: string): string {
  return createHash('sha256').update(verifier).digest('hex');
}

const kinds = ['user', 'group', 'owner', 'replication'] as const;

function parsed(text: string): RoleNote | null {
  const value = jsonObject(text);
  const made = kinds.find((kind) => kind === value?.['made']);
  const groups = value?.['groups'];
  const password = value?.['password'];
  if (value === null || made === undefined || !isJsonList(groups)) return null;
  return {
    made,
    groups: groups.filter((group): group is string => typeof group === 'string'),
    password: typeof password === 'string' ? password : null,
    powerful: value['powerful'] === true,
  };
}
