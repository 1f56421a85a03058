/** Steps on roles, databases and sessions of clients, and on the role that standbys log in with. */
import type { CatalogStep } from '../../server/catalog-steps.ts';
import { closedSessions } from '../../server/closed-sessions.ts';
import { entryOf } from '../../server/entry-of.ts';
import { isOwnRoleSound, ownRoleProblem } from '../../server/own-role.ts';
import { firstEntries } from '../../server/registry.ts';
import { retirements } from '../../server/retired-users.ts';
import { areRulesInForce } from '../../server/server-plan.ts';
import type { ServerStep } from '../../server/server-steps.ts';
import { majorTraits } from '../../server/versions.ts';
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

/** The registry and the charm's own role, on the primary alone: they are there before the first client is let in. */
export function planOwnRoles(situation: Situation): ServerStep[] {
  const { observation, reading } = situation;
  const { catalog, credentials, server } = observation;
  if (catalog === null || !isWritable(situation)) return [];
  if (catalog.registry === null) {
    return [{ kind: 'registry.create', ...firstEntries(catalog, reading.grants.grants) }];
  }
  const fingerprint = fingerprintOf(replicationRole, credentials);
  const traits = server.place === null ? null : majorTraits(server.place.major);
  if (fingerprint === null || traits === null || ownRoleProblem(replicationRole, catalog) !== null) return [];
  const isSound = isOwnRoleSound(replicationRole, catalog, fingerprint, traits);
  return isSound ? [] : [{ kind: 'replication.user', role: replicationRole }];
}

/** Steps on roles and databases of clients, on the primary alone. */
export function planCatalogSteps(situation: Situation): (CatalogStep | ServerStep)[] {
  if (!isWritable(situation)) return [];
  return [...(situation.catalog?.steps ?? []), ...planGone(situation)];
}

/** Users and databases of clients that are gone. A leaving unit no longer sees who is there. */
function planGone({ observation: { catalog, juju }, reading: { grants } }: Situation): ServerStep[] {
  if (catalog === null || juju.leaving) return [];
  const used = new Set([...grants.grants.map(({ user }) => user), ...grants.spared]);
  const wanted = new Set(grants.grants.map(({ database }) => database));
  const there = new Set(catalog.databases.map(({ name }) => name));
  const forgotten = (catalog.registry ?? []).filter(({ name }) => !there.has(name) && !wanted.has(name));
  return [
    ...retirements(catalog, used).map((each): ServerStep => ({ kind: 'role.retire', ...each })),
    ...(grants.spared.length > 0
      ? []
      : forgotten.map(({ name }): ServerStep => ({ kind: 'database.forget', name }))),
  ];
}

function isWritable({ observation: { server }, member }: Situation): boolean {
  return server.running !== null && !server.running.inRecovery && member.clientRole === 'primary';
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
