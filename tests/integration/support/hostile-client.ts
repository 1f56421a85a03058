import { fileURLToPath } from 'node:url';
import { yamlOf } from '../../../src/juju/juju-text.ts';
import type { Model } from '../../../testbed/api/index.ts';
import { server } from './deployment.ts';
import { serverSql } from './server-sql.ts';

const charm = fileURLToPath(new URL('charms/hostile', import.meta.url));

export const hostile = 'hostile/0';
export type HostileEndpoint = 'db' | 'db-admin' | 'database';

/** Fields that a client can write, all of them absent. */
const silence = {
  database: '',
  roles: '',
  extensions: '',
  'extra-user-roles': '',
  'extra-group-roles': '',
  'requested-secrets': '',
  'requested-entity-secret': '',
  'external-node-connectivity': '',
  'entity-type': '',
  'entity-permissions': '',
  'prefix-matching': '',
  'mtls-cert': '',
  'secret-mtls': '',
  requests: '',
  version: '',
};

/** Deploys the hostile client as `application`, on machine `to`; does not wait. */
export async function deployHostile(model: Model, to: string, application = 'hostile'): Promise<void> {
  await model.deploy(charm, { application, to: [to] });
}

/** The hostile client's side of one relation. */
export interface HostileClient {
  /** `db:3` */
  readonly id: string;
  /** Writes these keys and takes all other requests back; returns when everybody has dealt with it. */
  say(bag: Record<string, string>): Promise<void>;
  /** Bag of the server's unit. */
  told(): Promise<Record<string, string>>;
  /** Runs SQL with the published password, in another database when one is named. */
  sql(text: string, database?: string): Promise<{ exitCode: number; output: string }>;
}

/** `database` is spoken in the application bag, `db` and `db-admin` in the unit's. */
export function hostileClient(
  model: Model,
  endpoint: HostileEndpoint,
  relationId: number,
  unit = hostile,
): HostileClient {
  const side = endpoint === 'database' ? '--app' : '';
  const told = async (): Promise<Record<string, string>> => {
    const { applications, units } = await model.bags(relationId);
    return (endpoint === 'database' ? applications['postgresql'] : units[server]) ?? {};
  };
  return {
    id: `${endpoint}:${relationId}`,
    told,
    async say(bag) {
      const machine = await model.machineOf(unit);
      await machine.write('/tmp/bag.json', yamlOf({ ...silence, ...bag }));
      const ran = await model.exec(
        unit,
        `relation-set -r ${endpoint}:${relationId} ${side} --file /tmp/bag.json`,
      );
      if (ran.exitCode !== 0) throw new Error(`relation-set: ${ran.stderr}`);
      await model.waitSettled();
    },
    async sql(text, database) {
      const bag = await told();
      const [address = '', port = ''] =
        (bag['endpoints'] ?? `${bag['host']}:${bag['port']}`).split(',')[0]?.split(':') ?? [];
      const machine = await model.machineOf(unit);
      const env = {
        PGHOST: address,
        PGPORT: port,
        PGUSER: bag['username'] ?? bag['user'] ?? '',
        PGPASSWORD: bag['password'] ?? '',
        PGDATABASE: database ?? bag['database'] ?? '',
        PGCONNECT_TIMEOUT: '5',
      };
      const ran = await machine.exec(['psql', '-XAtq', '-c', text], { env });
      return { exitCode: ran.exitCode, output: `${ran.stdout}${ran.stderr}`.trim() };
    },
  };
}

/**
 * Privileges of the hostile application that it must not have: roles of its own that are more than clients, roles they can become, rules of
 * access that are wider than one client's. Empty when nothing was gained. `administrators` may be superusers and log in anywhere.
 */
export async function privilegesGained(
  model: Model,
  administrators: readonly string[] = [],
): Promise<string[]> {
  const allowed = ['postgres', '_juju_repl', 'boss', ...administrators].map((name) => `'${name}'`).join(', ');
  const roles = await serverSql(model, server, rolesGained(allowed));
  const machine = await model.machineOf(server);
  const rules = (await machine.sh('cat /etc/postgresql/*/main/pg_hba.conf'))
    .split('\n')
    .filter((line) => line.startsWith('host') && !line.endsWith(' reject'))
    // In quotes the words are names.
    .filter((line) => /^\S+ (all|\S+ all|replication) /.test(line) || !line.endsWith(' scram-sha-256'))
    .filter(
      (line) => administrators.length === 0 || !/^host all all \S+\/(32|128) scram-sha-256$/.test(line),
    );
  return [...roles, ...rules];
}

const rolesGained = (allowed: string): string => `
  WITH RECURSIVE reach(client, role) AS (
      SELECT oid, oid FROM pg_roles WHERE rolname LIKE 'juju%hostile%' AND rolname NOT LIKE 'jujuowner%'
    UNION
      SELECT client, m.roleid FROM reach JOIN pg_auth_members m ON m.member = role)
  SELECT c.rolname || ' reaches ' || r.rolname
    FROM reach JOIN pg_roles c ON c.oid = client JOIN pg_roles r ON r.oid = role
    WHERE r.oid <> c.oid AND NOT c.rolsuper AND (r.rolsuper OR r.rolcanlogin OR r.rolcreaterole
      OR r.rolcreatedb OR r.rolreplication OR r.rolbypassrls OR r.rolname LIKE 'pg\_%'
      OR r.rolname LIKE '\_juju%' OR r.rolname IN ('jujuowner_shop', 'juju_client'))
  UNION ALL
  SELECT rolname || ' is more than a client' FROM pg_roles
    WHERE (rolsuper OR rolcreaterole OR rolreplication OR rolbypassrls) AND rolname NOT IN (${allowed})
  UNION ALL
  SELECT 'rule ' || line_number || ' ' || error FROM pg_hba_file_rules WHERE error IS NOT NULL`;
