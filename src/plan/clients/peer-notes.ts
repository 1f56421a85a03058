/** Keys of a unit's peer bag about its clients, written and read in one place. */
import { jsonObject } from '../../server/json.ts';
import { endpointOf } from '../event.ts';
import type { Observation } from '../observation.ts';

/** Relations whose clients this unit lets in. */
const readyKey = 'ready';
/** Endpoint → this unit's address for it, where it differs from the peers' one. */
const addressesKey = 'addresses';
/** Generations of renewed passwords that this unit's server has: others publish them when it changes. */
const passwordsKey = 'passwords';

type Bag = Readonly<Record<string, string>>;

/** The keys with their text; empty text deletes a key. `ready` are relations this unit lets in. */
export function peerNotes(observation: Observation, ready: readonly string[]): Record<string, string> {
  const { credentials, juju } = observation;
  const renewed = Object.keys(credentials.generations)
    .toSorted()
    .flatMap((role) => {
      const generation = credentials.onServer[role];
      return generation === undefined ? [] : `${role}:${generation}`;
    });
  const addresses = Object.fromEntries(
    juju.clients.flatMap(({ id, ingressAddress }) =>
      ingressAddress === null || ingressAddress === juju.peer?.host ? [] : [[endpointOf(id), ingressAddress]],
    ),
  );
  const differ = Object.keys(addresses).length > 0;
  return {
    [passwordsKey]: renewed.join(' '),
    [readyKey]: ready.toSorted().join(' '),
    [addressesKey]: differ ? JSON.stringify(addresses, Object.keys(addresses).toSorted()) : '',
  };
}

/** Relations whose clients the unit with this bag lets in. */
export function readyIn(bag: Bag | undefined): readonly string[] {
  return (bag?.[readyKey] ?? '').split(' ').filter((id) => id !== '');
}

/** Endpoint → address of the unit with this bag. */
export function addressesIn(bag: Bag | undefined): Record<string, string> {
  return Object.fromEntries(
    Object.entries(jsonObject(bag?.[addressesKey]) ?? {}).flatMap(([endpoint, address]) =>
      typeof address === 'string' ? [[endpoint, address]] : [],
    ),
  );
}
