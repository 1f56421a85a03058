import type { RoleFacts } from '../../server/catalog-facts.ts';
import type { Session } from '../session.ts';
import { type Registry, verifierHash } from './registry.ts';

type RoleRow = Omit<RoleFacts, 'hasPassword' | 'passwordKept' | 'note'>;

/** Every role with its attributes, its memberships and members, and what the registry has of it. */
export async function readRoles(session: Session, registry: Registry | null): Promise<RoleFacts[]> {
  const rows = await session.rows<{ role: RoleRow; verifier: string | null }>(`
SELECT json_build_object(
  'name', r.rolname, 'oid', r.oid::bigint, 'login', r.rolcanlogin, 'superuser', r.rolsuper,
  'replication', r.rolreplication, 'createRole', r.rolcreaterole, 'createDatabase', r.rolcreatedb,
  'bypassRowSecurity', r.rolbypassrls, 'comment', d.description,
  'hasSettings', EXISTS (SELECT FROM pg_db_role_setting s WHERE s.setrole = r.oid),
  'memberOf', coalesce(m.groups, '[]'), 'members', coalesce(h.members, '[]')) AS role,
  r.rolpassword AS verifier
FROM pg_authid r
LEFT JOIN pg_shdescription d ON d.objoid = r.oid AND d.classoid = 'pg_authid'::regclass
LEFT JOIN (
  SELECT am.member, json_agg(DISTINCT g.rolname) AS groups
  FROM pg_auth_members am JOIN pg_authid g ON g.oid = am.roleid GROUP BY am.member
) m ON m.member = r.oid
LEFT JOIN (
  SELECT am.roleid, json_agg(json_build_object(
    'member', u.rolname, 'grantor', g.rolname, 'admin', am.admin_option) ORDER BY u.rolname, g.rolname) AS members
  FROM pg_auth_members am JOIN pg_authid u ON u.oid = am.member LEFT JOIN pg_authid g ON g.oid = am.grantor
  GROUP BY am.roleid
) h ON h.roleid = r.oid
ORDER BY r.rolname`);
  return rows.map(({ role, verifier }) => {
    const entry = registry?.roles.get(role.name);
    const isOurs = entry !== undefined && entry.oid === role.oid;
    const kept = verifier === null ? null : verifierHash(verifier);
    return {
      ...role,
      hasPassword: verifier !== null,
      passwordKept: !isOurs || entry.verifier === kept,
      note: isOurs ? entry.note : null,
    };
  });
}
