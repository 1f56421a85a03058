import type { DatabaseFacts } from '../../server/catalog-facts.ts';
import type { Session } from '../session.ts';

/** Every database and who may do what on it, the owner's own rights left out. */
export async function readDatabases(session: Session): Promise<DatabaseFacts[]> {
  const rows = await session.rows<{ database: DatabaseFacts }>(`
SELECT json_build_object(
  'name', d.datname, 'oid', d.oid::bigint, 'owner', pg_get_userbyid(d.datdba), 'allowsConnections', d.datallowconn,
  'publicConnect', EXISTS (
    SELECT FROM aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a
    WHERE a.grantee = 0 AND a.privilege_type = 'CONNECT'),
  'privileges', coalesce((
    SELECT json_object_agg(name, words) FROM (
      SELECT r.rolname AS name, json_agg(a.privilege_type ORDER BY a.privilege_type) AS words
      FROM aclexplode(d.datacl) a JOIN pg_authid r ON r.oid = a.grantee
      WHERE a.grantee <> d.datdba GROUP BY r.rolname) granted), '{}')) AS database
FROM pg_database d ORDER BY d.datname`);
  return rows.map(({ database }) => database);
}
