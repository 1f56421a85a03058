/** A primary with a standby that serves a client over db and one over database, and what others read of it. */
import type { Observation } from '../../../../src/plan/observation.ts';
import type { Bag, ClientRelation } from '../../../../src/relations/relation-facts.ts';
import { newCatalog } from '../../../effects/catalog.ts';
import { commit, settle } from '../../../effects/settle.ts';
import {
  clientRelation,
  committed,
  known,
  means,
  observed,
  peerFacts,
  running,
  runningServer,
} from './observations.ts';

export const unitBag = (more: Bag): Bag => ({
  'egress-subnets': '10.0.0.9/32',
  'ingress-address': '10.0.0.9',
  ...more,
});
export const overDb = (more: Bag = {}): ClientRelation =>
  clientRelation({
    remoteUnits: {
      'webapp/0': unitBag({ database: 'web', extensions: 'citext', roles: 'readers', ...more }),
    },
  });
export const overDatabase = (more: Bag = {}): ClientRelation =>
  clientRelation({
    id: 'database:6',
    endpoint: 'database',
    remoteApplication: 'shop',
    remoteApplicationBag: { database: 'shop', 'extra-user-roles': 'readers', ...more },
    remoteUnits: { 'shop/0': unitBag({}) },
  });

const member: Bag = {
  role: 'standby',
  host: '10.0.0.2',
  port: '5432',
  epoch: '1',
  'streaming-from': 'postgresql/0',
  ready: 'db:3 database:6',
};

const sender = { applicationName: 'postgresql_1', state: 'streaming', flushPosition: '0/3000060' };

/** Both clients have what they asked for, and nothing is left to do. */
export function served(): Observation {
  const first = settle(
    observed({
      juju: {
        peer: peerFacts(committed, { members: { 'postgresql/1': member } }),
        clients: [overDb(), overDatabase()],
      },
      server: runningServer({}, { running: { ...running, senders: [sender] } }),
      rest: { credentials: known, catalog: newCatalog() },
    }),
    means,
  ).observation;
  // The leader's first decision ends a hook: upkeep goes on in the next.
  return settle(commit(first), means).observation;
}

const withoutStatus = (bag: Bag | null): Bag =>
  Object.fromEntries(Object.entries(bag ?? {}).filter(([key]) => key !== 'status'));

/** Everything that others read. */
export function told({ juju }: Observation): object {
  return {
    clients: juju.clients.map(({ id, ownBag, ownApplicationBag }) => ({
      id,
      ownBag,
      application: withoutStatus(ownApplicationBag),
    })),
    ready: juju.peer?.own['ready'],
    passwords: juju.peer?.own['passwords'],
    addresses: juju.peer?.own['addresses'],
    application: juju.peer?.application,
  };
}
