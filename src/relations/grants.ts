/** Needs of all client relations together: grants in the server's catalog and lines in pg_hba.conf. */
import type { DesiredGrant } from '../server/catalog-facts.ts';
import type { DatabasePrivilege } from '../server/database-privileges.ts';
import type { HbaGrant } from '../server/hba.ts';
import type { ClientRequest } from './client-request.ts';
import { type Md5, ownerRoleName, userNames } from './names.ts';
import { inForce, type ReadRelation } from './read-relation.ts';

export interface DesiredGrants {
  readonly grants: readonly DesiredGrant[];
  readonly hba: readonly HbaGrant[];
  /**
   * Users that may be anybody's who asks for something that cannot be read: nothing is taken from them.
   */
  readonly spared: readonly string[];
}

/** Requests in force as grants. They are ordered by relation, database and user. `privileges` are those of option relation_database_privileges. */
export function desiredGrants(
  relations: readonly ReadRelation[],
  privileges: readonly DatabasePrivilege[],
  md5: Md5,
): DesiredGrants {
  const ordered = relations.toSorted((left, right) => compare(left.relation.id, right.relation.id));
  const unread = ordered.filter(({ refused, problems }) => refused.length > 0 || problems.length > 0);
  const applications = new Set(unread.map(({ relation }) => relation.remoteApplication));
  return {
    grants: ordered.flatMap((read) => {
      const requested = new Set(read.requests.map(({ mark }) => mark));
      return inForce(read).map((request) => grantOf(request, requested.has(request.mark), privileges, md5));
    }),
    hba: ordered.flatMap((read) =>
      inForce(read).flatMap((request) => hbaGrants(request, read.access.networks)),
    ),
    spared: [...applications].flatMap((application) => userNames(application, md5)),
  };
}

/** Relation → why something that was asked for over it cannot be met, as far as its bags tell. */
export function requestProblems(relations: readonly ReadRelation[]): Record<string, readonly string[]> {
  return Object.fromEntries(
    relations.flatMap(({ relation, access, refused, problems }) => {
      const all = [...problems, ...refused.flatMap((request) => request.problems), ...access.problems];
      return relation.broken || all.length === 0 ? [] : [[relation.id, [...new Set(all)]] as const];
    }),
  );
}

function grantOf(
  request: ClientRequest,
  requested: boolean,
  privileges: readonly DatabasePrivilege[],
  md5: Md5,
): DesiredGrant {
  return {
    relation: request.relation,
    mark: request.mark,
    requested,
    database: request.database,
    user: request.user,
    ...request.attributes,
    roles: request.roles,
    extensions: request.extensions,
    privileges,
    ownerRole: ownerRoleName(request.database, md5),
  };
}

/** Lines for one request: its user to its database, and as much more as its attributes are of use for. */
function hbaGrants(request: ClientRequest, networks: readonly string[]): HbaGrant[] {
  const { superuser, replication, createDatabase, createRole } = request.attributes;
  const { database, user } = request;
  // Proxies and administering clients log in as roles they made, to databases they made.
  const everything = (superuser && !replication) || createRole;
  const where = everything || createDatabase ? { word: 'all' as const } : database;
  const who = everything ? { word: 'all' as const } : user;
  return networks.flatMap((network): HbaGrant[] => {
    const login: HbaGrant = { database: where, user: who, network };
    if (!replication) return [login];
    return [login, { database: { word: 'replication' }, user, network }];
  });
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
