/** Answers over `database` to clients of the second wire format (postgresql_client v1). */

import { steadyJson } from '../server/json.ts';
import type { ClientRequest, UnmetRequest } from './client-request.ts';
import type { ClusterView } from './cluster-view.ts';
import type { Answerable } from './met-requests.ts';
import {
  ANSWER_KEYS,
  certificates,
  credentials,
  entityCredentials,
  type Offer,
  offerOf,
  statuses,
  statusText,
} from './postgresql-client-offer.ts';
import type { Answer, BagContent, BagPart, ClientRelation, DesiredSecret } from './relation-facts.ts';
import type { RequestText } from './request-text.ts';
import { silentAnswer, withdrawn } from './silence.ts';

/**
 * The application bag with one response per request. Credentials are always in secrets. A request that is not
 * met has a response without any, which says why; with those it had before when it was met in other words.
 * Responses with credentials come first, for clients that look no further.
 */
export function answerV1(relation: ClientRelation, requests: Answerable, cluster: ClusterView): Answer {
  const responses: BagPart[][] = [];
  const secrets: DesiredSecret[] = [];
  const noted = new Map<string, RequestText>();
  const unmet = new Map(requests.unmet.map((each) => [each.requestId, each]));
  for (const request of requests.met) {
    const offer = offerOf(relation, request, cluster);
    // The rest would look as if it had been taken back.
    if (offer === null) return silentAnswer;
    const own = secretsOf(relation, request, offer, cluster);
    responses.push(response(request, own, offer, unmet.get(request.requestId)));
    secrets.push(...own.values());
    noted.set(request.requestId ?? '', request.text);
    unmet.delete(request.requestId);
  }
  for (const { requestId, text, problems } of unmet.values()) {
    if (requestId === null) continue;
    responses.push([JSON.stringify({ ...identity(text), status: statuses(problems) })]);
    noted.set(requestId, text);
  }
  const application: BagContent = {
    ...withdrawn(ANSWER_KEYS),
    data: steadyJson(Object.fromEntries(noted)),
    requests: ['[', ...responses.flatMap((parts, index) => (index === 0 ? parts : [',', ...parts])), ']'],
    status: statusText(requests.problems),
    version: 'v1',
  };
  const answered = requests.met.map(({ text }) => text);
  return { unit: null, application, secrets, answered };
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
  { text }: ClientRequest,
  secrets: ReadonlyMap<string, DesiredSecret>,
  offer: Offer,
  unmet: UnmetRequest | undefined,
): BagPart[] {
  const known = JSON.stringify({
    ...identity(text),
    endpoints: offer.endpoints,
    'read-only-endpoints': offer.readOnlyEndpoints,
    version: offer.version,
    ...(unmet === undefined ? {} : { status: statuses(unmet.problems) }),
  });
  const addresses = [...secrets].flatMap(([key, { label }]): BagPart[] => [
    `,"${key}":"`,
    { secretUri: label },
    '"',
  ]);
  return [known.slice(0, -1), ...addresses, '}'];
}

function identity(text: RequestText): Record<string, string> {
  return {
    'request-id': text['request-id'] ?? '',
    resource: text['resource'] ?? '',
    salt: text['salt'] ?? '',
  };
}
