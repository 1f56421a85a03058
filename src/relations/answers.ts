/** Answers to relations, by the interface of their endpoint. */
import type { ParsedRequests } from './client-request.ts';
import type { ClusterView } from './cluster-view.ts';
import { pgsqlAnswer, readsApplicationBags } from './pgsql-answer.ts';
import { answerV0 } from './postgresql-client-answer-v0.ts';
import { answerV1 } from './postgresql-client-answer-v1.ts';
import { ANSWER_KEYS, statusText } from './postgresql-client-offer.ts';
import { speaksV1 } from './postgresql-client-request.ts';
import type { Answer, ClientRelation } from './relation-facts.ts';
import type { ReadRelation } from './requests.ts';
import { silentAnswer, withdrawn } from './silence.ts';

/**
 * Answer of this unit. `catalogProblem` is why the server could not be made to serve the relation (an
 * extension it does not have), null when it could; it is told where the interface has a field for it, and
 * nothing given before is taken back for it.
 */
export function answerOf(read: ReadRelation, cluster: ClusterView, catalogProblem: string | null): Answer {
  const { relation } = read;
  if (relation.broken) return silentAnswer;
  if (relation.endpoint === 'database') return clientAnswer(relation, read, cluster, catalogProblem);
  const request = read.requests[0];
  return request === undefined ? silentAnswer : pgsqlAnswer(read, request, cluster);
}

/** Whether anything is said to this client in the application bag; if not, what is there is of no interest. */
export function usesApplicationBag(
  relation: Pick<ClientRelation, 'endpoint' | 'remoteApplicationBag'>,
): boolean {
  return relation.endpoint === 'database' || readsApplicationBags(relation);
}

function clientAnswer(
  relation: ClientRelation,
  parsed: ParsedRequests,
  cluster: ClusterView,
  catalogProblem: string | null,
): Answer {
  if (!cluster.leader) return silentAnswer;
  const wire = speaksV1(relation);
  const refusal = parsed.problem ?? (wire && !cluster.secrets ? NEEDS_SECRETS : null);
  if (refusal !== null) return refusalAnswer(relation, refusal);
  const request = parsed.requests[0];
  if (request === undefined) return silentAnswer;
  const served = (relation.ownApplicationBag?.[wire ? 'requests' : 'database'] ?? '[]') !== '[]';
  if (catalogProblem !== null && !served) return refusalAnswer(relation, catalogProblem);
  return wire ? answerV1(relation, parsed.requests, cluster) : answerV0(relation, request, cluster);
}

const NEEDS_SECRETS =
  'postgresql_client v1 hands out credentials in Juju secrets only, and this model has none; ' +
  'use Juju 3.1 or later, or a client of v0';

/** A refused request: its access is closed already, so what was given before is withdrawn. */
function refusalAnswer(relation: ClientRelation, problem: string): Answer {
  const status = statusText(problem);
  const frame = speaksV1(relation) ? { data: '{}', requests: '[]', version: 'v1' } : {};
  const application = { ...withdrawn(ANSWER_KEYS), ...frame, status };
  return { unit: null, application, secrets: [] };
}
