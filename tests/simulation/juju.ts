/** Answers of Juju: the units it lists, what is read, the facts an event brings. */
import {
  type Bag,
  decisionKey,
  decodeDecision,
  type EventFacts,
  type JujuFacts,
  type PeerFacts,
} from '../shipped.ts';
import { addressesOf, clientRelation } from './clients.ts';
import { momentOf } from './clocks.ts';
import type { Hook } from './hook-state.ts';
import { isLeader } from './leases.ts';
import type { Unit, World } from './world.ts';

const peerRelation = 'replication:0';
/** Hooks in which the charm opens its port. */
const portHooks = new Set(['install', 'start', 'config-changed']);

/** Juju's half of what a hook sees. It is asked once, when the hook begins. */
export function beginHook(world: World, unit: Unit, event: string): Hook {
  const facts = eventFacts(world, unit, event);
  const leader = isLeader(world, unit);
  const listed = listedPeers(world, unit, facts);
  const juju: JujuFacts = {
    options: world.options,
    leader,
    askedAt: momentOf(world, unit),
    units: world.units.filter(({ dead }) => !dead).map(({ name }) => name),
    dying: world.units.filter(({ dying, dead }) => dying && !dead).map(({ name }) => name),
    leaving: unit.dying,
    peer: unit.joined ? peerFacts(world, unit, listed) : null,
    clients: unit.joined ? world.clients.map((client) => clientRelation(world, unit, client, leader)) : [],
    syslog: [],
    unserved: [],
    portOpen: !portHooks.has(facts.hook),
    storageLocation: world.hasStorage ? '/srv/pgdata' : null,
  };
  return {
    event: facts,
    beganAt: world.ticks,
    beganTime: world.time,
    begun: juju,
    juju,
    unknown: {},
    answers: null,
  };
}

function eventFacts(world: World, unit: Unit, event: string): EventFacts {
  const [word = '', name = null] = event.split(' ');
  const common = {
    unit: unit.name,
    jujuVersion: world.jujuVersion,
    controllers,
    action: null,
    remoteApplication: null,
    departingUnit: null,
  };
  const peer = { relation: peerRelation, remoteUnit: name };
  switch (word) {
    case 'changed':
      return { ...common, hook: 'replication-relation-changed', ...peer };
    case 'departed':
      return {
        ...common,
        hook: 'replication-relation-departed',
        ...peer,
        departingUnit: unit.dying ? unit.name : name,
      };
    case 'replication-created':
      return { ...common, hook: 'replication-relation-created', ...peer };
    case 'replication-changed':
      return { ...common, hook: 'replication-relation-changed', ...peer };
    case 'client':
      return { ...common, hook: 'db-relation-changed', relation: name, remoteUnit: null };
    case 'storage-detaching':
      return { ...common, hook: 'pgdata-storage-detaching', relation: null, remoteUnit: null };
    case 'wake':
      return { ...common, hook: '', relation: null, remoteUnit: null };
    default:
      return { ...common, hook: word, relation: null, remoteUnit: null };
  }
}

const controllers = ['10.0.9.1:17070'];

/** The peers a hook finds in relation-list, without those goal-state has forgotten. */
function listedPeers(world: World, unit: Unit, { departingUnit, remoteUnit }: EventFacts): Unit[] {
  return world.units.filter((other) => {
    if (other === unit || other.dead || !other.joined || other.name === departingUnit) return false;
    // A leaving unit still reads the one of whose departure this hook tells.
    if (unit.unseen.has(other.name) && other.name !== remoteUnit) return false;
    return !(other.dying && world.tellsDeparture);
  });
}

function peerFacts(world: World, unit: Unit, listed: readonly Unit[]): PeerFacts {
  const committed = readApplicationBag(world, unit);
  const { decision } = decodeDecision(committed[decisionKey]);
  const named = [decision?.primary, decision?.previous].flatMap((name) => name ?? []);
  const gone = named.filter((name) => name !== unit.name && listed.every((other) => other.name !== name));
  const departed = [...new Set(gone)].flatMap((name): [string, Bag][] => {
    const bag = world.bags.get(name);
    const isKept = world.keepsBags || world.units.some((other) => other.name === name && !other.dead);
    return bag === undefined || !isKept ? [] : [[name, bag]];
  });
  return {
    id: peerRelation,
    committed,
    application: committed,
    own: world.bags.get(unit.name) ?? addressesOf(unit.host),
    members: Object.fromEntries(listed.map(({ name }) => [name, readBag(world, unit, name)])),
    departed: Object.fromEntries(departed),
    host: unit.host,
  };
}

/** Reads a peer's bag through the agent's cache, which only that peer's own event renews. */
function readBag(world: World, unit: Unit, name: string): Bag {
  const cached = unit.cache.get(name);
  if (cached !== undefined) return cached;
  const bag = world.bags.get(name) ?? {};
  unit.cache.set(name, bag);
  return bag;
}

/** An event about a peer renews what the agent has cached of it. */
export function renewCache(unit: Unit, event: string): void {
  const [word, name] = event.split(' ');
  if ((word === 'changed' || word === 'departed') && name !== undefined) unit.cache.delete(name);
}

/** The application bag as a hook reads it: the newest, or (a stale cache) one this unit has seen overruled. */
function readApplicationBag(world: World, unit: Unit): Bag {
  const newest = world.applicationBags.at(-1) ?? {};
  const isStale = world.faults && world.leader !== unit.name && world.random.oneIn(12);
  if (!isStale) return newest;
  const { seenEpoch } = unit.kept.memory.cluster;
  const older = world.applicationBags.filter((bag) => {
    const epoch = decodeDecision(bag[decisionKey]).decision?.epoch ?? 0;
    return epoch > 0 && epoch < seenEpoch;
  });
  return older.length === 0 ? newest : world.random.pick(older);
}
