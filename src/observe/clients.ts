/** One client relation's share of an observation. */
import { ingressAddress } from '../juju/model.ts';
import { applicationOf, type EventFacts, endpointOf } from '../plan/event.ts';
import { clientEndpoints } from '../relations/endpoints.ts';
import type { Bag, ClientEndpoint, ClientRelation } from '../relations/relation-facts.ts';
import type { RelationReader } from './relation-reader.ts';

const nobody = {
  remoteApplication: '',
  remoteApplicationBag: {},
  remoteUnits: {},
  ownBag: {},
  ownApplicationBag: null,
  ingressAddress: null,
  broken: false,
};

/** Bags of a client relation: the client's, this unit's (passwords redacted) and, as the leader sees it, the application's. */
export async function observeClient(
  id: string,
  event: EventFacts,
  leader: boolean,
  reader: RelationReader,
): Promise<ClientRelation> {
  const here = event.relation === id;
  const listed = await reader.list(id);
  const units = listed.filter((unit) => !(here && unit === event.departingUnit));
  // Nothing is asked before a unit has joined, and nothing answered.
  if (units.length === 0 && !here) return { ...nobody, id, endpoint: endpointOf(id) as ClientEndpoint };
  const remoteApplication = await nameOfRemote(id, here ? event.remoteApplication : null, listed, reader);
  const [[remoteApplicationBag, ownApplicationBag], bags, ownBag] = await Promise.all([
    observeApplications(id, remoteApplication, leader, reader),
    Promise.all(units.map((unit) => reader.unitBag(id, unit))),
    reader.ownBag(id),
  ]);
  return {
    id,
    endpoint: endpointOf(id) as ClientEndpoint,
    remoteApplication,
    remoteApplicationBag,
    remoteUnits: Object.fromEntries(units.map((unit, index) => [unit, bags[index] ?? {}])),
    ownBag,
    ownApplicationBag,
    ingressAddress: ownBag['ingress-address'] ?? (await ingressAddress(endpointOf(id), id)),
    broken: here && event.hook.endsWith('-relation-broken'),
  };
}

/** The remote application's bag, and this one's. */
async function observeApplications(
  id: string,
  remoteApplication: string,
  leader: boolean,
  reader: RelationReader,
): Promise<[Bag, Bag | null]> {
  const read = async (): Promise<Bag> => (await reader.applicationBag(id, remoteApplication)) ?? {};
  const remote = remoteApplication === '' ? {} : await read();
  // Only the leader may read what its application has published, and few clients read anything there.
  const answered =
    leader &&
    clientEndpoints[endpointOf(id) as ClientEndpoint].client.readsApplicationBag({
      remoteApplicationBag: remote,
    });
  return [remote, answered ? await reader.ownApplicationBag(id) : null];
}

async function nameOfRemote(
  id: string,
  named: string | null,
  units: readonly string[],
  reader: RelationReader,
): Promise<string> {
  const unit = units[0];
  return named ?? (unit === undefined ? await reader.application(id) : applicationOf(unit)) ?? '';
}
