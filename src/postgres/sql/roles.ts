import type { RoleFacts } from '../../server/catalog-facts.ts';
import type { Session } from '../session.ts';

/** Every role with its attributes, comment and the roles it is directly a member of. */
export async function readRoles(session: Session): Promise<RoleFacts[]> {
  const rows = await session.rows<{ role: RoleFacts }>(`
SELECT json_build_object(
  'name', r.rolname, 'login', r.rolcanlogin, 'superuser', r.rolsuper, 'replication', r.rolreplication,
  'createRole', r.rolcreaterole, 'createDatabase', r.rolcreatedb, 'bypassRowSecurity', r.rolbypassrls,
  'hasPassword', r.rolpassword IS NOT NULL, 'comment', d.description,
  'memberOf', coalesce(m.groups, '[]')) AS role
FROM pg_authid r
LEFT JOIN pg_shdescription d ON d.objoid = r.oid AND d.classoid = 'pg_authid'::regclass
LEFT JOIN (
  SELECT am.member, json_agg(DISTINCT g.rolname) AS groups
  FROM pg_auth_members am JOIN pg_authid g ON g.oid = am.roleid GROUP BY am.member
) m ON m.member = r.oid
ORDER BY r.rolname`);
  return rows.map(({ role }) => role);
}
