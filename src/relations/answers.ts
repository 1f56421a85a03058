/** Answers to relations, by the interface of their endpoint. */
import type { ClusterView } from './cluster-view.ts';
import { type Answerable, answerable } from './met-requests.ts';
import { pgsqlAnswer, readsApplicationBags } from './pgsql-answer.ts';
import { answerV0 } from './postgresql-client-answer-v0.ts';
import { answerV1 } from './postgresql-client-answer-v1.ts';
import { ANSWER_KEYS, statusText } from './postgresql-client-offer.ts';
import { type WireFormat, wireFormat } from './postgresql-client-text.ts';
import type { Answer, ClientRelation } from './relation-facts.ts';
import type { ReadRelation } from './requests.ts';
import { silentAnswer, withdrawn } from './silence.ts';

/**
 * Answer of this unit. `found` are problems that the server has with requests (an extension it does not have),
 * by mark. They are told where the interface has a field for it, and nothing given before is taken back for them.
 */
export function answerOf(
  read: ReadRelation,
  cluster: ClusterView,
  found: Readonly<Record<string, readonly string[]>>,
): Answer {
  const { relation } = read;
  if (relation.broken || read.access.networks.length === 0) return silentAnswer;
  const requests = answerable(read, cluster, found);
  if (relation.endpoint === 'database') return clientAnswer(relation, requests, cluster);
  const request = requests.met[0];
  return request === undefined ? silentAnswer : pgsqlAnswer(read, request, cluster);
}

/** Whether anything is said to this client in the application bag; if not, what is there is of no interest. */
export function usesApplicationBag(
  relation: Pick<ClientRelation, 'endpoint' | 'remoteApplicationBag'>,
): boolean {
  return relation.endpoint === 'database' || readsApplicationBags(relation);
}

function clientAnswer(relation: ClientRelation, requests: Answerable, cluster: ClusterView): Answer {
  if (!cluster.leader) return silentAnswer;
  const wire = wireFormat(relation);
  if (wire === 'v1' && !cluster.secrets) return refusalAnswer(wire, [NEEDS_SECRETS]);
  // What was met in the other format is of no use to this client.
  const met = requests.met.filter(({ requestId }) => (requestId === null) === (wire === 'v0'));
  const [request] = met;
  if (wire === 'v1' && met.length + requests.unmet.length > 0) {
    return answerV1(relation, { ...requests, met }, cluster);
  }
  if (wire === 'v0' && request !== undefined) return answerV0(relation, request, cluster, requests.problems);
  if (requests.problems.length > 0) return refusalAnswer(wire, requests.problems);
  return withoutStatus(relation);
}

/** Nothing new to say, and nothing is wrong any more. */
function withoutStatus({ ownApplicationBag }: ClientRelation): Answer {
  const isWrong = (ownApplicationBag?.['status'] ?? '') !== '';
  return isWrong ? { ...silentAnswer, application: { ...ownApplicationBag, status: '' } } : silentAnswer;
}

const NEEDS_SECRETS =
  'postgresql_client v1 hands out credentials in Juju secrets only, and this model has none; ' +
  'use Juju 3.1 or later, or a client of v0';

/** Nothing that was asked for is met, nor was anything before in this format. */
function refusalAnswer(wire: WireFormat, problems: readonly string[]): Answer {
  const frame = wire === 'v1' ? { data: '{}', requests: '[]', version: 'v1' } : {};
  const application = { ...withdrawn(ANSWER_KEYS), ...frame, status: statusText(problems) };
  return { unit: null, application, secrets: [], answered: [] };
}
