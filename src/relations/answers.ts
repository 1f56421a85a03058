/** Answers to relations. */
import type { ClusterView } from './cluster-view.ts';
import { clientEndpoints } from './endpoints.ts';
import { answerable } from './met-requests.ts';
import type { ReadRelation } from './read-relation.ts';
import type { Answer } from './relation-facts.ts';
import { silentAnswer } from './silence.ts';

/**
 * Answer of this unit. `found` are problems that the server has with requests (an extension it does not have),
 * by mark. They are told where the interface has a field for it, and nothing given before is taken back for them.
 */
export function answerOf(
  read: ReadRelation,
  cluster: ClusterView,
  found: Readonly<Record<string, readonly string[]>>,
): Answer {
  const { relation, access } = read;
  if (relation.broken || access.networks.length === 0) return silentAnswer;
  const { client } = clientEndpoints[relation.endpoint];
  return client.answer(read, answerable(read, cluster, found), cluster);
}
