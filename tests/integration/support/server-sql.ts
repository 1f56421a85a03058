import type { Model } from '../../../testbed/api/index.ts';

/** Runs SQL on a unit's own server as an administrator; one line for each row. Rejects with psql's error. */
export async function serverSql(
  model: Model,
  unit: string,
  text: string,
  database = 'postgres',
): Promise<string[]> {
  const machine = await model.machineOf(unit);
  const command = ['psql', '-XAtq', '-v', 'ON_ERROR_STOP=1', '-U', 'postgres', '-d', database, '-c', text];
  const output = await machine.sh(command);
  return output.split('\n').filter((line) => line !== '');
}

const everywhere = {
  roles: `SELECT r.rolname, r.rolsuper, r.rolinherit, r.rolcreaterole, r.rolcreatedb, r.rolcanlogin, r.rolreplication,
      r.rolbypassrls, r.rolconnlimit, r.rolpassword IS NOT NULL, shobj_description(r.oid, 'pg_authid'),
      array(SELECT g.rolname || ' ' || m.admin_option FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid
        WHERE m.member = r.oid ORDER BY 1)
    FROM pg_authid r ORDER BY 1`,
  databases: `SELECT datname, pg_get_userbyid(datdba), pg_encoding_to_char(encoding), datcollate, datctype, datallowconn,
      datconnlimit, array(SELECT unnest(datacl)::text ORDER BY 1) FROM pg_database ORDER BY 1`,
  settingsOfRoles: `SELECT d.datname, r.rolname, setconfig FROM pg_db_role_setting s
    LEFT JOIN pg_database d ON d.oid = setdatabase LEFT JOIN pg_roles r ON r.oid = setrole ORDER BY 1, 2`,
  settings: `SELECT name, setting, sourcefile, pending_restart FROM pg_settings
    WHERE source NOT IN ('default', 'override', 'client', 'session', 'database', 'user') OR pending_restart
    OR name = 'data_checksums' ORDER BY 1`,
  rules: `SELECT type, database, user_name, address, netmask, auth_method, options, error FROM pg_hba_file_rules
    ORDER BY line_number`,
  slots: 'SELECT slot_name, slot_type, active FROM pg_replication_slots ORDER BY 1',
  recovery: 'SELECT pg_is_in_recovery()',
};

const inDatabase = {
  extensions: `SELECT extname, extversion, extnamespace::regnamespace FROM pg_extension ORDER BY 1`,
  schemas: `SELECT nspname, pg_get_userbyid(nspowner), array(SELECT unnest(nspacl)::text ORDER BY 1) FROM pg_namespace
    WHERE nspname !~ '^pg_(toast|temp)' ORDER BY 1`,
  defaults: `SELECT pg_get_userbyid(defaclrole), defaclnamespace::regnamespace, defaclobjtype,
      array(SELECT unnest(defaclacl)::text ORDER BY 1) FROM pg_default_acl ORDER BY 1, 2, 3`,
  triggers: 'SELECT evtname, evtevent, evtenabled FROM pg_event_trigger ORDER BY 1',
};

export type ServerPicture = Record<string, string[]>;

/** Roles, databases, rules and settings of a unit's server, as text that can be compared. */
export async function serverPicture(model: Model, unit: string): Promise<ServerPicture> {
  const picture: ServerPicture = {};
  for (const [name, query] of Object.entries(everywhere)) {
    picture[name] = await serverSql(model, unit, query);
  }
  const databases = await serverSql(
    model,
    unit,
    'SELECT datname FROM pg_database WHERE datallowconn ORDER BY 1',
  );
  for (const database of databases) {
    for (const [name, query] of Object.entries(inDatabase)) {
      picture[`${database}: ${name}`] = await serverSql(model, unit, query, database);
    }
  }
  return picture;
}
