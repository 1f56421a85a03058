/** Relations over `database` and their answers. */
import type { ClusterView } from '../../../src/relations/cluster-view.ts';
import type { Bag, ClientRelation } from '../../../src/relations/relation-facts.ts';
import { answerTo, bagOf, clusterOf, filled, readOf, relationOf } from './scene.ts';

export const pw = filled([{ passwordOf: 'juju_app' }]);
export const secretFields = '["username","password","tls","tls-ca","uris"]';
export const relation = (remoteApplicationBag: Bag, more: Partial<ClientRelation> = {}) =>
  relationOf({
    id: 'database:6',
    endpoint: 'database',
    remoteApplicationBag,
    ownApplicationBag: {},
    ...more,
  });
export const answer = (bag: Bag, cluster: ClusterView, more: Partial<ClientRelation> = {}) =>
  answerTo(relation(bag, more), cluster);
export const markOf = (bag: Bag): string => readOf(relation(bag)).requests[0]?.mark ?? '';
export const statusOf = (bag: Bag, problem: string | null = null) => {
  const none = { ready: {} };
  const { application } = answerTo(relation(bag), clusterOf(1, 0, problem === null ? {} : none), problem);
  return JSON.parse(bagOf(application)['status'] ?? '[]') as { code: number; message: string }[];
};
