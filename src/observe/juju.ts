/** Juju's share of an observation, with as few hook commands as will do: each costs about 20 ms. */
import { configGet, type GoalState, goalState, isLeader } from '../juju/model.ts';
import { relationIds } from '../juju/relations.ts';
import { mountPoint } from '../juju/storage.ts';
import { type EventFacts, endpointOf } from '../plan/event.ts';
import type { JujuFacts } from '../plan/observation.ts';
import { bootMoment } from '../system/clock.ts';
import { observeClient } from './clients.ts';
import { observeSyslog } from './collectors.ts';
import { observePeer } from './peers.ts';

const clientEndpoints = ['db', 'db-admin', 'master', 'database'];
const unservedEndpoints = ['local-monitors', 'nrpe-external-master', 'data'];
/** Opening a port is idempotent, so the usual hooks of a deployment and an upgrade do it without asking. */
const portHooks = new Set(['install', 'start', 'config-changed', 'upgrade-charm']);
const lastHooks = new Set(['stop', 'remove']);

export interface JujuQuestions {
  readonly event: EventFacts;
  /** False once the cluster has its place: then the mount point is part of it. */
  readonly askStorage: boolean;
  /** Id of the peer relation, when it is remembered. */
  readonly peerRelation: string | null;
}

/** Asks Juju once; nothing of it changes during a hook but by what the hook itself writes. */
export async function observeJuju({ event, askStorage, peerRelation }: JujuQuestions): Promise<JujuFacts> {
  const askedAt = bootMoment();
  const [options, leader, goals] = await Promise.all([configGet(), isLeader(), goalState()]);
  const dying = Object.entries(goals?.units ?? {}).flatMap(([unit, state]) =>
    state === 'dying' ? [unit] : [],
  );
  const ids = await idsInUse(event, goals);
  const [peer, clients, syslog, storageLocation] = await Promise.all([
    observePeer(event, goals, peerRelation),
    Promise.all(
      ids
        .filter((id) => clientEndpoints.includes(endpointOf(id)))
        .map((id) => observeClient(id, event, leader)),
    ),
    Promise.all(ids.filter((id) => endpointOf(id) === 'syslog').map((id) => observeSyslog(id, event))),
    askStorage ? mountPoint('pgdata') : null,
  ]);
  return {
    options,
    leader,
    askedAt,
    units: goals === null ? null : Object.keys(goals.units).toSorted(),
    dying,
    leaving: isLeaving(event, dying),
    peer,
    clients,
    syslog,
    unserved: ids.map(endpointOf).filter((endpoint) => unservedEndpoints.includes(endpoint)),
    portOpen: !portHooks.has(event.hook),
    storageLocation,
  };
}

/** Ids of relations that are not the peers': those goal-state knows to exist, and the one this event is about. */
async function idsInUse(event: EventFacts, goals: GoalState | null): Promise<string[]> {
  const known = [...clientEndpoints, 'syslog', ...unservedEndpoints];
  const endpoints = known.filter((endpoint) => goals === null || endpoint in goals.relations);
  const ids = (await Promise.all(endpoints.map(relationIds))).flat();
  const own = event.relation;
  // Juju may leave a relation that is being broken out of its lists.
  const missing = own !== null && known.includes(endpointOf(own)) && !ids.includes(own);
  return missing ? [...ids, own] : ids;
}

function isLeaving(event: EventFacts, dying: readonly string[]): boolean {
  return dying.includes(event.unit) || event.departingUnit === event.unit || lastHooks.has(event.hook);
}
