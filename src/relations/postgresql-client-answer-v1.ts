/** What is published over `database` to clients of the second wire format (postgresql_client v1). */

import { steadyJson } from '../server/json.ts';
import type { ClientRequest } from './client-request.ts';
import type { ClusterView } from './cluster-view.ts';
import {
  ANSWER_KEYS,
  certificates,
  credentials,
  entityCredentials,
  type Offer,
  offerOf,
} from './postgresql-client-offer.ts';
import { listedRequests } from './postgresql-client-request.ts';
import type { Answer, BagContent, BagPart, ClientRelation, DesiredSecret } from './relation-facts.ts';
import { silentAnswer, withdrawn } from './silence.ts';

type RequestFields = Readonly<Record<string, string>>;

/**
 * The application bag with one response per request, in the order of request ids. Credentials are always in
 * secrets.
 */
export function answerV1(
  relation: ClientRelation,
  requests: readonly ClientRequest[],
  cluster: ClusterView,
): Answer {
  const answered = (relation.ownApplicationBag?.['requests'] ?? '[]') !== '[]';
  const offer = offerOf(relation, cluster, answered);
  if (offer === null || !cluster.secrets) return silentAnswer;
  const texts = listedRequests(relation.remoteApplicationBag['requests'] ?? '');
  const fields = typeof texts === 'string' ? [] : texts;
  const responses: BagPart[] = [];
  const secrets: DesiredSecret[] = [];
  const noted: Record<string, RequestFields> = {};
  for (const request of requests) {
    const asked = fields.find((one) => one['request-id'] === request.requestId) ?? {};
    const own = secretsOf(relation, request, offer, cluster);
    if (responses.length > 0) responses.push(',');
    responses.push(...response(asked, own, offer));
    secrets.push(...own.values());
    noted[request.requestId ?? ''] = notedRequest(asked);
  }
  const application: BagContent = {
    ...withdrawn(ANSWER_KEYS),
    data: steadyJson(noted),
    requests: ['[', ...responses, ']'],
    version: 'v1',
  };
  return { unit: null, application, secrets };
}

function secretsOf(
  relation: ClientRelation,
  request: ClientRequest,
  offer: Offer,
  cluster: ClusterView,
): ReadonlyMap<string, DesiredSecret> {
  const groups: readonly (readonly [string, BagContent])[] = [
    request.entity ? ['entity', entityCredentials(request)] : ['user', credentials(request, offer)],
    ['tls', certificates(cluster, 'true', 'false')],
  ];
  const prefix = `${relation.id.replace(':', '.')}.${request.requestId ?? ''}`;
  return new Map(
    groups.map(([group, content]) => [
      `secret-${group}`,
      { label: `${prefix}.${group}.secret`, grantTo: relation.id, content },
    ]),
  );
}

/**
 * One response object as JSON, put together from pieces because the secrets' addresses are not known here.
 */
function response(
  asked: RequestFields,
  secrets: ReadonlyMap<string, DesiredSecret>,
  offer: Offer,
): BagPart[] {
  const known = JSON.stringify({
    ...identity(asked),
    endpoints: offer.endpoints,
    'read-only-endpoints': offer.readOnlyEndpoints,
    version: offer.version,
  });
  const addresses = [...secrets].flatMap(([key, { label }]): BagPart[] => [
    `,"${key}":"`,
    { secretUri: label },
    '"',
  ]);
  return [known.slice(0, -1), ...addresses, '}'];
}

function identity(asked: RequestFields): Record<string, string> {
  return {
    'request-id': asked['request-id'] ?? '',
    resource: asked['resource'] ?? '',
    salt: asked['salt'] ?? '',
  };
}

/** The request as noted in `data`; a client ignores responses to requests that are not noted. */
function notedRequest(asked: RequestFields): RequestFields {
  const wishes = ['extra-user-roles', 'extra-group-roles', 'entity-type'].flatMap((key) => {
    const text = asked[key];
    return text === undefined ? [] : [[key, text] as const];
  });
  return { ...identity(asked), ...Object.fromEntries(wishes) };
}
