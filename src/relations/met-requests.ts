/** Requests of a relation that its answer shows as met, and those that it cannot. */
import { entryOf } from '../server/entry-of.ts';
import type { ClientRequest, UnmetRequest } from './client-request.ts';
import { type ClusterView, letsIn } from './cluster-view.ts';
import type { ReadRelation } from './read-relation.ts';

export interface Answerable {
  /**
   * Requests shown as met: those that are, and those met before that newer ones have not taken the place of. A
   * client keeps what it has while something else that it asks for cannot be had.
   */
  readonly met: readonly ClientRequest[];
  readonly unmet: readonly UnmetRequest[];
  /** All reasons why something is not met, those of unmet requests among them. */
  readonly problems: readonly string[];
}

/**
 * Sorts the requests of a relation. `found` are problems that the server has with them, by mark. The primary
 * tells what is met; while there is none, what has been answered is.
 */
export function answerable(
  read: ReadRelation,
  cluster: ClusterView,
  found: Readonly<Record<string, readonly string[]>>,
): Answerable {
  const decisive = cluster.primary ?? cluster.unit;
  const isMet = (request: ClientRequest): boolean =>
    letsIn(cluster, decisive, request) || (cluster.primary === null && isAnswered(read, request));
  const met = read.requests.filter(isMet);
  const pending = read.requests.filter((request) => !isMet(request));
  const unmet: UnmetRequest[] = [
    ...read.refused,
    ...pending.flatMap(({ requestId, text, mark }) => {
      const problems = entryOf(found, mark) ?? [];
      return problems.length === 0 ? [] : [{ requestId, text, problems }];
    }),
  ];
  const ids = new Set(met.map(({ requestId }) => requestId));
  const isReplaced = read.refused.length + pending.length + read.problems.length === 0 && met.length > 0;
  const kept = isReplaced ? [] : read.answered.filter(({ requestId }) => !ids.has(requestId));
  return {
    met: [...met, ...kept].toSorted(byId),
    unmet,
    problems: [...new Set([...read.problems, ...unmet.flatMap(({ problems }) => problems)])],
  };
}

function isAnswered({ answered }: ReadRelation, { mark }: ClientRequest): boolean {
  return answered.some((request) => request.mark === mark);
}

function byId(left: ClientRequest, right: ClientRequest): number {
  return (left.requestId ?? '') < (right.requestId ?? '') ? -1 : 1;
}
