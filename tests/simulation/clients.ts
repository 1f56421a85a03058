/** Applications that use the database. */
import type { Bag, ClientEndpoint, ClientRelation } from '../shipped.ts';
import type { Random } from './random.ts';
import { remembered } from './remembered.ts';
import type { ClientApplication, Unit, World } from './world.ts';

/** One or two applications, the first over an endpoint of the older interface. */
export function drawClients(random: Random): ClientApplication[] {
  const classic: ClientApplication = {
    ...unitsOf('webapp', 1 + random.below(2), { database: 'web', roles: '', extensions: '' }),
    id: random.oneIn(4) ? 'db-admin:3' : 'db:3',
    endpoint: 'db',
    application: 'webapp',
    applicationBag: {},
    joinsAt: random.oneIn(2) ? 0 : random.below(200),
  };
  const first = { ...classic, endpoint: endpointOf(classic.id) };
  if (!random.oneIn(3)) return [first];
  const modern: ClientApplication = {
    ...unitsOf('shop', 1, {}),
    id: 'database:4',
    endpoint: 'database',
    application: 'shop',
    applicationBag: { database: 'shop' },
    joinsAt: random.below(200),
  };
  return [first, modern];
}

function endpointOf(id: string): ClientEndpoint {
  return id.slice(0, id.indexOf(':')) as ClientEndpoint;
}

function unitsOf(application: string, count: number, asked: Bag): Pick<ClientApplication, 'unitBags'> {
  const numbers = Array.from({ length: count }, (_, number) => number);
  const bags = numbers.map((number) => {
    const address = `10.1.${application.length}.${number + 1}`;
    return [`${application}/${number}`, { ...addressesOf(address), ...asked }] as const;
  });
  return { unitBags: Object.fromEntries(bags) };
}

const addresses = new Map<string, Bag>();

/** Addresses that Juju puts into the bag of a unit. */
export function addressesOf(address: string): Bag {
  return remembered(addresses, address, () => ({
    'egress-subnets': `${address}/32`,
    'ingress-address': address,
    'private-address': address,
  }));
}

/** The key of a unit's bag in a client relation. */
export function clientKey(relation: string, unit: string): string {
  return `${relation} ${unit}`;
}

const nobody: Bag = {};
const unjoined = {
  remoteApplication: '',
  remoteApplicationBag: nobody,
  remoteUnits: {},
  ownBag: nobody,
  ownApplicationBag: null,
  ingressAddress: null,
  broken: false,
};

/** Relations as units found them last: the same object as long as nothing in it has changed. */
const found = new WeakMap<ClientApplication, Map<string, ClientRelation>>();

/** The relation as a hook of `unit` finds it. */
export function clientRelation(
  world: World,
  unit: Unit,
  client: ClientApplication,
  isLeader: boolean,
): ClientRelation {
  const now = relationNow(world, unit, client, isLeader);
  const before = found.get(client) ?? new Map<string, ClientRelation>();
  found.set(client, before);
  const last = before.get(unit.name);
  if (last !== undefined && isSame(last, now)) return last;
  before.set(unit.name, now);
  return now;
}

function isSame(last: ClientRelation, now: ClientRelation): boolean {
  const isJoined = last.remoteApplication === now.remoteApplication;
  return isJoined && last.ownBag === now.ownBag && last.ownApplicationBag === now.ownApplicationBag;
}

function relationNow(world: World, unit: Unit, client: ClientApplication, isLeader: boolean): ClientRelation {
  const { id, endpoint, application, applicationBag, unitBags } = client;
  if (world.time < client.joinsAt) return { ...unjoined, id, endpoint };
  const readsOwn = isLeader && endpoint === 'database';
  return {
    id,
    endpoint,
    remoteApplication: application,
    remoteApplicationBag: applicationBag,
    remoteUnits: unitBags,
    ownBag: world.clientBags.get(clientKey(id, unit.name)) ?? addressesOf(unit.host),
    ownApplicationBag: readsOwn ? (world.clientApplicationBags.get(id) ?? nobody) : null,
    ingressAddress: unit.host,
    broken: false,
  };
}
