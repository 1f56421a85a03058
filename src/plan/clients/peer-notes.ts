/** Keys of a unit's peer bag about its clients, written and read in one place. */

import { anyMark } from '../../relations/cluster-view.ts';
import { entryOf } from '../../server/entry-of.ts';
import { isJsonObject, jsonObject, steadyJson } from '../../server/json.ts';
import { endpointOf } from '../event.ts';
import type { Observation } from '../observation.ts';

/** Relations whose clients this unit lets in, with the marks of the requests it has met: `db:3=1a2b3c4d`. */
const readyKey = 'ready';
/** Endpoint → this unit's address for it, where it differs from the peers' one. */
const addressesKey = 'addresses';
/** Generations of renewed passwords that this unit's server has: others publish them when it changes. */
const passwordsKey = 'passwords';
/** Requests that the primary cannot meet: relation → mark → why, as JSON. */
const unmetKey = 'unmet';

type Bag = Readonly<Record<string, string>>;

/** Relation → marks of requests. */
export type ReadyMarks = Readonly<Record<string, readonly string[]>>;

/** Relation → mark of a request → why it is not met. */
export type Reasons = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/** The keys with their text; empty text deletes a key. An address that Juju does not tell now stays as it was. */
export function peerNotes(
  observation: Observation,
  ready: ReadyMarks,
  unmet: Reasons,
): Record<string, string> {
  const { credentials } = observation;
  const renewed = Object.keys(credentials.generations)
    .toSorted()
    .flatMap((role) => {
      const generation = entryOf(credentials.onServer, role);
      return generation === undefined ? [] : `${role}:${generation}`;
    });
  return {
    [passwordsKey]: renewed.join(' '),
    [readyKey]: readyText(ready),
    [addressesKey]: objectText(addressesNow(observation)),
    [unmetKey]: objectText(unmet),
  };
}

function addressesNow({ juju }: Observation): Record<string, string> {
  const before = addressesIn(juju.peer?.own);
  return Object.fromEntries(
    juju.clients.flatMap(({ id, ingressAddress }) => {
      const address = ingressAddress ?? entryOf(before, endpointOf(id));
      return address === undefined || address === juju.peer?.host ? [] : [[endpointOf(id), address]];
    }),
  );
}

function readyText(ready: ReadyMarks): string {
  return Object.keys(ready)
    .toSorted()
    .flatMap((relation) => {
      const marks = [...new Set(entryOf(ready, relation))].toSorted();
      return marks.length === 0 ? [] : [`${relation}=${marks.join(',')}`];
    })
    .join(' ');
}

function objectText(value: Parameters<typeof steadyJson>[0] & object): string {
  return Object.keys(value).length === 0 ? '' : steadyJson(value);
}

/** Marks of the requests that the unit with this bag has met. */
export function readyIn(bag: Bag | undefined): ReadyMarks {
  const entries = (bag?.[readyKey] ?? '').split(' ').filter((entry) => entry !== '');
  return Object.fromEntries(
    entries.map((entry) => {
      const [relation = '', marks = anyMark] = entry.split('=');
      return [relation, marks.split(',')];
    }),
  );
}

/** Requests that the primary with this bag cannot meet; null when it says nothing of them. */
export function unmetIn(bag: Bag | undefined): Reasons {
  return Object.fromEntries(
    Object.entries(jsonObject(bag?.[unmetKey]) ?? {}).map(([relation, marks]) => [
      relation,
      Object.fromEntries(
        Object.entries(isJsonObject(marks) ? marks : {}).map(([mark, reasons]) => [
          mark,
          Array.isArray(reasons) ? reasons.filter((reason) => typeof reason === 'string') : [],
        ]),
      ),
    ]),
  );
}

/** Role → generation of the password that the unit with this bag has for it, where that is not the first. */
export function generationsIn(bag: Bag): Record<string, number> {
  const pairs = (bag[passwordsKey] ?? '').split(' ').map((pair) => pair.split(':'));
  return Object.fromEntries(
    pairs.flatMap(([role = '', generation]) => {
      const number = Number(generation);
      return role === '' || !Number.isInteger(number) ? [] : [[role, number] as const];
    }),
  );
}

/** Endpoint → address of the unit with this bag. */
export function addressesIn(bag: Bag | undefined): Record<string, string> {
  return Object.fromEntries(
    Object.entries(jsonObject(bag?.[addressesKey]) ?? {}).flatMap(([endpoint, address]) =>
      typeof address === 'string' ? [[endpoint, address]] : [],
    ),
  );
}
