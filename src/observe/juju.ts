/** Juju's share of an observation, with as few hook commands as will do: each costs about 20 ms. */
import { configGet, type GoalState, goalState, isLeader } from '../juju/model.ts';
import { mountPoint } from '../juju/storage.ts';
import { type EventFacts, endpointOf } from '../plan/event.ts';
import type { JujuFacts } from '../plan/observation.ts';
import {
  collectorEndpoints,
  endpoints,
  isClientEndpoint,
  peerEndpoints,
  unservedEndpoints,
} from '../relations/endpoints.ts';
import type { Moment } from '../server/moment.ts';
import { bootMoment } from '../system/clock.ts';
import { observeClient } from './clients.ts';
import { observeSyslog } from './collectors.ts';
import { type Lists, readNote } from './juju-note.ts';
import { observePeer } from './peers.ts';
import { RelationReader } from './relation-reader.ts';

/** Opening a port is idempotent, so the usual hooks of a deployment and an upgrade do it without asking. */
const portHooks = new Set(['install', 'start', 'config-changed', 'upgrade-charm']);
const lastHooks = new Set(['stop', 'remove']);

export interface JujuQuestions {
  readonly event: EventFacts;
  /** False once the cluster has its place, but for events that may have changed it. */
  readonly askStorage: boolean;
  /** Mount point of storage, for when it is not asked for. */
  readonly storageLocation: string | null;
  /** Id of the peer relation, when it is remembered. */
  readonly peerRelation: string | null;
  /** Moment at which some of it was asked ahead; null when nothing was. */
  readonly aheadAt: Moment | null;
}

export interface AskedJuju {
  readonly juju: JujuFacts;
  /** Lists for the next hook. */
  readonly lists: Lists;
}

/** Asks Juju once; nothing of it changes during a hook but by what the hook itself writes. */
export async function observeJuju({
  event,
  askStorage,
  peerRelation,
  aheadAt,
  ...known
}: JujuQuestions): Promise<AskedJuju> {
  const askedAt = aheadAt ?? bootMoment();
  const note = await readNote(event);
  const reader = new RelationReader(event.unit);
  const asked = Promise.all([configGet(), isLeader(), goalState()]);
  if (note !== null) reader.fetch(note);
  const [options, leader, goals] = await asked;
  const relations = JSON.stringify(goals?.relations ?? null);
  if (note !== null && goals !== null && relations === note.goals) reader.trust(note);
  const dying = Object.entries(goals?.units ?? {}).flatMap(([unit, state]) =>
    state === 'dying' ? [unit] : [],
  );
  const ids = await idsInUse(event, goals, reader);
  const [peer, clients, syslog, storageLocation] = await Promise.all([
    observePeer(event, goals, peerRelation, reader, isLeaving(event, dying)),
    Promise.all(
      ids
        .filter((id) => isClientEndpoint(endpointOf(id)))
        .map((id) => observeClient(id, event, leader, reader)),
    ),
    Promise.all(
      ids
        .filter((id) => Object.hasOwn(collectorEndpoints, endpointOf(id)))
        .map((id) => observeSyslog(id, event, reader)),
    ),
    askStorage ? dataVolume(isLeaving(event, dying)) : known.storageLocation,
  ]);
  const juju: JujuFacts = {
    options,
    leader,
    askedAt,
    units: goals === null ? null : Object.keys(goals.units).toSorted(),
    dying,
    leaving: isLeaving(event, dying),
    peer,
    clients,
    syslog,
    unserved: ids.map(endpointOf).filter((endpoint) => Object.hasOwn(unservedEndpoints, endpoint)),
    portOpen: !portHooks.has(event.hook),
    storageLocation,
  };
  const peers = peer === null ? {} : { [peer.id]: Object.keys(peer.members) };
  const units = { ...reader.listed(), ...peers };
  const applications = Object.fromEntries(clients.map((client) => [client.id, client.remoteApplication]));
  return { juju, lists: { goals: relations, ids, applications, units } };
}

/** Ids of relations that are not the peers': those goal-state knows to exist, and the one this event is about. */
async function idsInUse(
  event: EventFacts,
  goals: GoalState | null,
  reader: RelationReader,
): Promise<string[]> {
  const known = Object.keys(endpoints).filter((name) => !Object.hasOwn(peerEndpoints, name));
  const inUse = known.filter((endpoint) => goals === null || Object.hasOwn(goals.relations, endpoint));
  const ids = (await Promise.all(inUse.map((endpoint) => reader.ids(endpoint)))).flat();
  const own = event.relation;
  // Juju may leave a relation that is being broken out of its lists.
  const missing = own !== null && known.includes(endpointOf(own)) && !ids.includes(own);
  return missing ? [...ids, own] : ids;
}

/** Mount point of the data's storage. A unit that leaves makes no cluster, and what is left of its storage may not be told any more. */
async function dataVolume(leaving: boolean): Promise<string | null> {
  const asked = mountPoint('pgdata');
  return leaving ? asked.catch(() => null) : asked;
}

function isLeaving(event: EventFacts, dying: readonly string[]): boolean {
  return dying.includes(event.unit) || event.departingUnit === event.unit || lastHooks.has(event.hook);
}
