/** An interface that clients speak: their requests in, the answer out. */
import type { ClientRequest, ParsedRequests } from './client-request.ts';
import type { ClusterView } from './cluster-view.ts';
import type { Answerable } from './met-requests.ts';
import type { Md5, UserKind } from './names.ts';
import type { ReadRelation } from './read-relation.ts';
import type { Answer, ClientRelation } from './relation-facts.ts';
import type { RequestText } from './request-text.ts';

export interface ClientInterface {
  /** Parses the requests of a relation. Never throws. */
  readonly requests: (relation: ClientRelation, userKind: UserKind, md5: Md5) => ParsedRequests;
  /** Requests that the answer published so far has met; `texts` are those that the leader has passed on to its units. */
  readonly answered: (
    relation: ClientRelation,
    userKind: UserKind,
    texts: readonly RequestText[] | undefined,
    md5: Md5,
  ) => readonly ClientRequest[];
  /** Answer of this unit to requests that are met or not. */
  readonly answer: (read: ReadRelation, requests: Answerable, cluster: ClusterView) => Answer;
  /** True when this client reads the application bag; if not, its content is of no interest. */
  readonly readsApplicationBag: (relation: Pick<ClientRelation, 'remoteApplicationBag'>) => boolean;
}
