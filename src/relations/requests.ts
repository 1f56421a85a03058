/** Requests of relations: those of now, and those that have been answered. */

import { entryOf } from '../server/entry-of.ts';
import { clientAccess } from './client-addresses.ts';
import { nothingRequested } from './client-request.ts';
import { clientEndpoints } from './endpoints.ts';
import type { Md5 } from './names.ts';
import type { AnsweredTexts, ReadRelation } from './read-relation.ts';
import type { ClientRelation } from './relation-facts.ts';
import type { RequestText } from './request-text.ts';

/** Parses the bags of relations, once for everybody who needs to know. */
export function readRelations(
  relations: readonly ClientRelation[],
  answered: AnsweredTexts,
  md5: Md5,
): ReadRelation[] {
  return relations.map((relation) => readRelation(relation, entryOf(answered, relation.id), md5));
}

/**
 * Parses one relation's bags. Never throws, whatever they hold. Nothing is requested before a unit's address is known: clients connect
 * when they see credentials, and must be let in by then.
 */
export function readRelation(
  relation: ClientRelation,
  answered: readonly RequestText[] | undefined,
  md5: Md5,
): ReadRelation {
  const access = clientAccess(relation);
  if (relation.broken || relation.remoteApplication === '') {
    return { relation, access, ...nothingRequested, answered: [] };
  }
  const { client, userKind } = clientEndpoints[relation.endpoint];
  const parsed = access.networks.length === 0 ? nothingRequested : client.requests(relation, userKind, md5);
  return { relation, access, ...parsed, answered: client.answered(relation, userKind, answered, md5) };
}
