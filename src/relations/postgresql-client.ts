/** Interface postgresql_client (endpoint `database`), in the wire formats v0 and v1. */
import type { ClientInterface } from './client-interface.ts';
import type { ClusterView } from './cluster-view.ts';
import type { Answerable } from './met-requests.ts';
import { answerV0 } from './postgresql-client-answer-v0.ts';
import { answerV1 } from './postgresql-client-answer-v1.ts';
import { ANSWER_KEYS, statusText } from './postgresql-client-offer.ts';
import { postgresqlClientAnswered, postgresqlClientRequests } from './postgresql-client-request.ts';
import { answeredTexts, type WireFormat, wireFormat } from './postgresql-client-text.ts';
import type { Answer, ClientRelation } from './relation-facts.ts';
import { silentAnswer, withdrawn } from './silence.ts';

export const postgresqlClient: ClientInterface = {
  requests: (relation, _, md5) => postgresqlClientRequests(relation, md5),
  // Only the leader can read the answer; the other units read in their own relation what it has met.
  answered: (relation, _, texts, md5) =>
    postgresqlClientAnswered(relation, texts ?? answeredTexts(relation.ownApplicationBag ?? {}), md5),
  answer: ({ relation }, requests, cluster) => clientAnswer(relation, requests, cluster),
  readsApplicationBag: () => true,
};

function clientAnswer(relation: ClientRelation, requests: Answerable, cluster: ClusterView): Answer {
  if (!cluster.leader) return silentAnswer;
  const wire = wireFormat(relation);
  if (wire === 'v1' && !cluster.secrets) return refusalAnswer(wire, [NEEDS_SECRETS]);
  // Requests met in the other format are of no use to this client.
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
