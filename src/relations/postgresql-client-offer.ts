/** Parts of an answer that both wire formats of postgresql_client share: endpoints, credentials, certificates, when to answer. */
import type { ClientRequest } from './client-request.ts';
import { type ClusterView, hostPort, type Place, places } from './cluster-view.ts';
import { connectionUri } from './connection-text.ts';
import type { BagContent, BagPart, ClientRelation } from './relation-facts.ts';

const MOST_STATUSES = 20;

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

/** Servers as a relation's client is to find them. */
export interface Offer {
  readonly endpoints: string;
  readonly readOnlyEndpoints: string;
  readonly version: string;
  readonly primary: Place;
  /** Standbys, or the primary when there are none: a client that only reads always has somewhere to go. */
  readonly readers: readonly Place[];
}

/**
 * The offer, or null while there is nothing to offer. Clients connect as soon as they see credentials: the
 * primary lets them in then, and so do the standbys that are named.
 */
export function offerOf(
  relation: ClientRelation,
  request: ClientRequest,
  cluster: ClusterView,
): Offer | null {
  const { primary, standbys } = places(relation, request, cluster);
  if (primary === null || primary.host === '' || cluster.version === null) return null;
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

/** Fields by which clients verify the servers, in the spelling of the wire format, and the authority. */
export function certificates(cluster: ClusterView, yes: string, no: string): BagContent {
  if (cluster.certificateAuthority === null) return { tls: no };
  return { tls: yes, 'tls-ca': cluster.certificateAuthority };
}

/**
 * The key `status` for requests that are not met; empty when all are. Code 5xxx means that it stays so until
 * somebody changes something.
 */
export function statusText(problems: readonly string[]): string {
  return problems.length === 0 ? '' : JSON.stringify(statuses(problems));
}

/** The reasons in the form of the interface. */
export function statuses(problems: readonly string[]): readonly object[] {
  const shown = problems.slice(0, MOST_STATUSES);
  const more = problems.length - shown.length;
  const texts = more === 0 ? shown : [...shown, `${more} more of what is asked for cannot be met`];
  const resolution = 'Change what the client asks for.';
  return texts.map((message) => ({ code: 5001, message, resolution }));
}
