/** Steps on roles, databases and sessions of clients, and on the role that standbys log in with. */
import type { CatalogStep } from '../../server/catalog-steps.ts';
import { closedSessions } from '../../server/closed-sessions.ts';
import { entryOf } from '../../server/entry-of.ts';
import { parseRoleComment } from '../../server/role-comment.ts';
import { areRulesInForce } from '../../server/server-plan.ts';
import type { ServerStep } from '../../server/server-steps.ts';
import { fingerprintOf } from '../credentials.ts';
import { replicationRole } from '../server/role.ts';
import type { Situation } from '../situation.ts';

/** Databases in which nothing is left to do for any relation. */
export function settledDatabases({ reading, catalog }: Situation): string[] {
  const byDatabase = Map.groupBy(reading.grants.grants, ({ database }) => database);
  return [...byDatabase].flatMap(([database, grants]) =>
    grants.every(({ relation, mark }) => entryOf(catalog?.met, relation)?.includes(mark) === true)
      ? [database]
      : [],
  );
}

/** Steps on roles and databases that are to be taken, on the primary alone. */
export function planCatalogSteps(situation: Situation): (CatalogStep | ServerStep)[] {
  const { running } = situation.observation.server;
  if (running === null || running.inRecovery || situation.member.clientRole !== 'primary') return [];
  return [...replicationUser(situation), ...(situation.catalog?.steps ?? [])];
}

/** The role standbys log in with, once there are standbys. */
function replicationUser({ observation, reading }: Situation): ServerStep[] {
  const fingerprint = fingerprintOf(replicationRole, observation.credentials);
  if (reading.peers.others.length === 0 || fingerprint === null || observation.catalog === null) return [];
  const role = observation.catalog.roles.find(({ name }) => name === replicationRole);
  const set = role !== undefined && parseRoleComment(role.comment)?.password === fingerprint;
  return set ? [] : [{ kind: 'replication.user', role: replicationRole }];
}

/** Access that is closed in the rules is closed for sessions that are open. On standbys too: they can be read. */
export function planSessions({ observation, reading, raw }: Situation): ServerStep[] {
  const { juju, server, catalog } = observation;
  const { options } = reading.options;
  if (juju.leaving || catalog === null || !areRulesInForce(server)) return [];
  const rules = {
    replicationRole,
    grants: reading.grants.hba,
    users: reading.grants.grants.map(({ user }) => user),
    adminNetworks: options.adminNetworks,
    extraLines: raw.extraAuthLines.length > 0,
  };
  return closedSessions(catalog, rules).map((which) => ({ kind: 'sessions.end', ...which }));
}
