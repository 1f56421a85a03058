/** Interface pgsql (endpoints `db` and `db-admin`), and pgreplication (`master`), which has the same form. */
import type { ClientInterface } from './client-interface.ts';
import { pgsqlAnswer, readsApplicationBags } from './pgsql-answer.ts';
import { pgsqlAnswered, pgsqlRequests } from './pgsql-request.ts';
import { silentAnswer } from './silence.ts';

export const pgsql: ClientInterface = {
  requests: pgsqlRequests,
  answered: (relation, userKind, _, md5) => pgsqlAnswered(relation, userKind, md5),
  answer: (read, { met: [request] }, cluster) =>
    request === undefined ? silentAnswer : pgsqlAnswer(read, request, cluster),
  readsApplicationBag: readsApplicationBags,
};
