/** What all client relations together need of the server: grants in its catalog and lines in pg_hba.conf. */
import type { DesiredGrant } from '../server/catalog-facts.ts';
import type { DatabasePrivilege } from '../server/database-privileges.ts';
import type { HbaGrant } from '../server/hba.ts';
import { type ClientRequest, relationMessage } from './client-request.ts';
import { type Md5, ownerRoleName } from './names.ts';
import type { ReadRelation } from './requests.ts';

export interface DesiredGrants {
  readonly grants: readonly DesiredGrant[];
  readonly hba: readonly HbaGrant[];
  /**
   * Relation → `db:3 (webapp): why`. A relation with an unusable address among usable ones is served all
   * the same.
   */
  readonly problems: Readonly<Record<string, string>>;
}

/**
 * `privileges` are those of option relation_database_privileges. Grants are ordered by relation, database
 * and user; relations of one application that log in as one user ask the same for it, so that no two
 * grants contradict each other.
 */
export function desiredGrants(
  relations: readonly ReadRelation[],
  privileges: readonly DatabasePrivilege[],
  md5: Md5,
): DesiredGrants {
  const problems: Record<string, string> = {};
  const hba: HbaGrant[] = [];
  const requests: ClientRequest[] = [];
  const ordered = relations.toSorted((left, right) => compare(left.relation.id, right.relation.id));
  for (const { relation, access, ...parsed } of ordered) {
    const problem = parsed.problem ?? (relation.broken ? undefined : access.problems[0]);
    if (problem !== undefined) {
      problems[relation.id] = relationMessage(relation.id, relation.remoteApplication, problem);
    }
    requests.push(...parsed.requests);
    hba.push(...parsed.requests.flatMap((request) => hbaGrants(request, access.networks)));
  }
  return { grants: requests.map((request) => grantOf(request, requests, privileges, md5)), hba, problems };
}

function grantOf(
  request: ClientRequest,
  all: readonly ClientRequest[],
  privileges: readonly DatabasePrivilege[],
  md5: Md5,
): DesiredGrant {
  const sameUser = all.filter(({ user }) => user === request.user);
  const roles = new Set(sameUser.flatMap((other) => other.roles));
  return {
    relation: request.relation,
    database: request.database,
    user: request.user,
    superuser: sameUser.some(({ attributes }) => attributes.superuser),
    replication: sameUser.some(({ attributes }) => attributes.replication),
    createDatabase: sameUser.some(({ attributes }) => attributes.createDatabase),
    createRole: sameUser.some(({ attributes }) => attributes.createRole),
    roles: [...roles].toSorted(),
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
