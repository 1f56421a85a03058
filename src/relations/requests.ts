/** Requests of relations, by the interface of their endpoint: those of now, and those that have been answered. */
import { type ClientAccess, clientAccess } from './access.ts';
import { type ClientRequest, nothingRequested, type ParsedRequests } from './client-request.ts';
import type { Md5 } from './names.ts';
import { pgsqlAnswered, pgsqlRequests } from './pgsql-request.ts';
import { postgresqlClientAnswered, postgresqlClientRequests } from './postgresql-client-request.ts';
import { answeredTexts } from './postgresql-client-text.ts';
import type { ClientRelation } from './relation-facts.ts';
import type { RequestText } from './request-text.ts';

/** A relation with what was parsed of its bags. */
export interface ReadRelation extends ParsedRequests {
  readonly relation: ClientRelation;
  readonly access: ClientAccess;
  /**
   * Requests that the answer published so far has met. They stay in force, here and on the server, until it
   * meets newer ones.
   */
  readonly answered: readonly ClientRequest[];
}

/** Relation → requests over `database` that have been answered, in the application's own words to its units. */
export type AnsweredTexts = Readonly<Record<string, readonly RequestText[]>>;

/** Parses the bags of relations, once for everybody who needs to know. */
export function readRelations(
  relations: readonly ClientRelation[],
  answered: AnsweredTexts,
  md5: Md5,
): ReadRelation[] {
  return relations.map((relation) => readRelation(relation, answered[relation.id], md5));
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
  const parsed = access.networks.length === 0 ? nothingRequested : requestsOf(relation, md5);
  return { relation, access, ...parsed, answered: answeredOf(relation, answered, md5) };
}

function requestsOf(relation: ClientRelation, md5: Md5): ParsedRequests {
  return relation.endpoint === 'database'
    ? postgresqlClientRequests(relation, md5)
    : pgsqlRequests(relation, md5);
}

/** Over `database` only the leader can read the answer; the other units read in their own relation what it has met. */
function answeredOf(
  relation: ClientRelation,
  answered: readonly RequestText[] | undefined,
  md5: Md5,
): readonly ClientRequest[] {
  if (relation.endpoint !== 'database') return pgsqlAnswered(relation, md5);
  const texts = answered ?? answeredTexts(relation.ownApplicationBag ?? {});
  return postgresqlClientAnswered(relation, texts, md5);
}

/** The requests of a relation that are in force: those of now and, until they are answered, those that have been. */
export function inForce({ requests, answered }: ReadRelation): readonly ClientRequest[] {
  const marks = new Set(requests.map(({ mark }) => mark));
  return [...requests, ...answered.filter(({ mark }) => !marks.has(mark))];
}
