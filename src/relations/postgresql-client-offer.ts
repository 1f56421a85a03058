/**
 * What is the same in both wire formats of postgresql_client: endpoints, credentials, certificates, when to
 * speak.
 */
import type { ClientRequest } from './client-request.ts';
import { type ClusterView, hostPort, type Place, places } from './cluster-view.ts';
import { connectionUri } from './connection-text.ts';
import type { BagContent, BagPart, ClientRelation } from './relation-facts.ts';

/** Every key an answer may have, in either wire format. */
export const ANSWER_KEYS = [
  'data',
  'database',
  'endpoints',
  'entity-name',
  'entity-password',
  'password',
  'read-only-endpoints',
  'requests',
  'secret-entity',
  'secret-tls',
  'secret-user',
  'status',
  'tls',
  'tls-ca',
  'uris',
  'username',
  'version',
];

/** Where a relation's client finds the servers. */
export interface Offer {
  readonly endpoints: string;
  readonly readOnlyEndpoints: string;
  readonly version: string;
  readonly primary: Place;
  /** Standbys, or the primary when there are none: a client that only reads always has somewhere to go. */
  readonly readers: readonly Place[];
}

/**
 * The offer, or null while there is nothing to offer. The first answer waits until every server lets the
 * client in, because clients connect as soon as they see credentials; later ones follow the cluster.
 */
export function offerOf(relation: ClientRelation, cluster: ClusterView, answered: boolean): Offer | null {
  if (!cluster.leader || cluster.version === null) return null;
  const { primary, standbys } = places(relation, cluster);
  if (primary === null) return null;
  const ready = cluster.ready[relation.id] ?? [];
  if (!answered && !cluster.servers.every(({ unit }) => ready.includes(unit))) return null;
  const readers = standbys.length > 0 ? standbys : [primary];
  return {
    endpoints: hostPort(primary),
    readOnlyEndpoints: readers.map(hostPort).join(','),
    version: cluster.version,
    primary,
    readers,
  };
}

/** Name, password and URIs of the user. */
export function credentials(request: ClientRequest, offer: Offer): BagContent {
  const uri = (place: Place) => connectionUri(place, request.database, request.user);
  const readOnly: BagPart[] = offer.readers.flatMap((place, index) =>
    index === 0 ? uri(place) : [',', ...uri(place)],
  );
  return {
    username: request.user,
    password: [{ passwordOf: request.user }],
    uris: uri(offer.primary),
    'read-only-uris': readOnly,
  };
}

/** Name and password of a user asked for as such. */
export function entityCredentials(request: ClientRequest): BagContent {
  return { 'entity-name': request.user, 'entity-password': [{ passwordOf: request.user }] };
}

/** Whether clients can verify the servers, in the spelling of the wire format, and with which authority. */
export function certificates(cluster: ClusterView, yes: string, no: string): BagContent {
  if (cluster.certificateAuthority === null) return { tls: no };
  return { tls: yes, 'tls-ca': cluster.certificateAuthority };
}

/**
 * The key `status` for a request that is not met. Code 5xxx means that it stays so until somebody changes
 * something.
 */
export function statusText(problem: string): string {
  return JSON.stringify([{ code: 5001, message: problem, resolution: 'Change what the client asks for.' }]);
}
