import type { DatabaseInside } from '../../server/catalog-facts.ts';
import type { Session } from '../session.ts';

/** Contents of the session's database, as far as the catalog planner asks. */
export async function readInside(session: Session): Promise<Omit<DatabaseInside, 'availableExtensions'>> {
  const [row] = await session.rows<{ inside: Omit<DatabaseInside, 'availableExtensions'> }>(`
SELECT json_build_object(
  'name', current_database(),
  'oid', (SELECT oid::bigint FROM pg_database WHERE datname = current_database()),
  'extensions', coalesce((SELECT json_object_agg(e.extname, n.nspname)
    FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace), '{}'),
  'schemas', coalesce((SELECT json_agg(nspname ORDER BY nspname) FROM pg_namespace
    WHERE nspname !~ '^pg_(toast|temp)'), '[]'),
  'publicSchemaOpen', EXISTS (SELECT FROM pg_namespace n,
    aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) a
    WHERE n.nspname = 'public' AND a.grantee = 0 AND a.privilege_type = 'CREATE'),
  'publicSchemaPrivileges', coalesce((SELECT json_object_agg(name, words) FROM (
    SELECT r.rolname AS name, json_agg(a.privilege_type ORDER BY a.privilege_type) AS words
    FROM pg_namespace n, aclexplode(n.nspacl) a JOIN pg_authid r ON r.oid = a.grantee
    WHERE n.nspname = 'public' AND a.grantee <> n.nspowner GROUP BY r.rolname) granted), '{}'),
  'owners', coalesce((SELECT json_agg(DISTINCT r.rolname)
    FROM pg_shdepend s JOIN pg_authid r ON r.oid = s.refobjid
    WHERE s.refclassid = 'pg_authid'::regclass AND s.deptype = 'o'
      AND s.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND s.classid <> 'pg_default_acl'::regclass), '[]'),
  'defaultGrants', coalesce((SELECT json_object_agg(name, roles) FROM (
    SELECT o.rolname AS name, json_agg(DISTINCT g.rolname) AS roles
    FROM pg_default_acl d JOIN pg_authid o ON o.oid = d.defaclrole,
      aclexplode(d.defaclacl) a JOIN pg_authid g ON g.oid = a.grantee
    WHERE d.defaclnamespace = 0 AND d.defaclobjtype = 'n' AND a.grantee <> d.defaclrole
    GROUP BY o.rolname) shared), '{}')) AS inside`);
  if (row === undefined) throw new Error('the database did not describe itself');
  return row.inside;
}

/** Extensions that could be made in any database of the server; null when they cannot be listed, as when one of their files is broken. */
export async function readAvailableExtensions(session: Session): Promise<string[] | null> {
  const question = 'SELECT name FROM pg_available_extensions ORDER BY name';
  const rows = await session.rows<{ name: string }>(question).catch(() => null);
  return rows?.map(({ name }) => name) ?? null;
}
