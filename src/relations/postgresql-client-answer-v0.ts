/** Answers over `database` to clients of the first wire format (postgresql_client v0). */

import { jsonStrings, steadyJson } from '../server/json.ts';
import type { ClientRequest } from './client-request.ts';
import type { ClusterView } from './cluster-view.ts';
import {
  ANSWER_KEYS,
  certificates,
  credentials,
  entityCredentials,
  offerOf,
  statusText,
} from './postgresql-client-offer.ts';
import type { Answer, BagContent, BagText, ClientRelation, DesiredSecret } from './relation-facts.ts';
import { silentAnswer, withdrawn } from './silence.ts';

const USER_FIELDS = ['username', 'password', 'uris', 'read-only-uris'];

/**
 * The application bag, in one piece: clients connect when credentials appear and read the rest at that
 * moment. Credentials go into secrets when the client lists them in requested-secrets and Juju has secrets;
 * one that was given plain ones keeps getting them. `problems` are why something newer is not met.
 */
export function answerV0(
  relation: ClientRelation,
  request: ClientRequest,
  cluster: ClusterView,
  problems: readonly string[],
): Answer {
  const before = relation.ownApplicationBag ?? {};
  const offer = offerOf(relation, request, cluster);
  if (offer === null) return silentAnswer;
  const inSecrets = secretFields(request, cluster, before);
  const content: Record<string, BagText> = {
    ...withdrawn(ANSWER_KEYS),
    data: steadyJson(request.text),
    database: request.database,
    endpoints: offer.endpoints,
    'read-only-endpoints': offer.readOnlyEndpoints,
    status: statusText(problems),
    version: offer.version,
  };
  const groups: readonly (readonly [string, BagContent])[] = [
    ['user', credentials(request, offer)],
    ['tls', certificates(cluster, 'True', 'False')],
    ['entity', request.entity ? entityCredentials(request) : {}],
  ];
  const secrets: DesiredSecret[] = [];
  for (const [group, fields] of groups) {
    const hidden = Object.entries(fields).filter(([key]) => inSecrets.includes(key));
    const label = `${relation.id.replace(':', '.')}.${group}.secret`;
    if (hidden.length > 0) {
      secrets.push({ label, grantTo: relation.id, content: Object.fromEntries(hidden) });
      content[`secret-${group}`] = [{ secretUri: label }];
    }
    for (const [key, text] of Object.entries(fields)) {
      if (!inSecrets.includes(key) && key !== 'read-only-uris') content[key] = text;
    }
  }
  return { unit: null, application: content, secrets, answered: [request.text] };
}

/** The fields that go into secrets. What identifies the user goes together, and no field is given both ways. */
function secretFields(
  request: ClientRequest,
  cluster: ClusterView,
  before: Readonly<Record<string, string>>,
): readonly string[] {
  const requested = jsonStrings(request.text['requested-secrets'] ?? '') ?? [];
  if (!cluster.secrets || requested.length === 0 || (before['username'] ?? '') !== '') return [];
  const together = USER_FIELDS.some((field) => requested.includes(field));
  return together ? [...requested, 'username', 'password', 'uris'] : requested;
}
