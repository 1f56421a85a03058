/** A client's grant to begin from, with usual values for all that a test does not care about. */
import type { DesiredGrant } from '../../src/server/catalog-facts.ts';
import { databasePrivileges } from '../../src/server/database-privileges.ts';

/** The database is `app` unless `partial` names another, and its owner is named after it. */
export function desiredGrant(partial: Partial<DesiredGrant> = {}): DesiredGrant {
  const database = partial.database ?? 'app';
  return {
    relation: 'db:1',
    mark: 'm',
    requested: true,
    database,
    user: 'juju_app',
    superuser: false,
    replication: false,
    roles: [],
    extensions: [],
    privileges: databasePrivileges,
    createDatabase: false,
    createRole: false,
    ownerRole: `jujuowner_${database}`,
    ...partial,
  };
}
