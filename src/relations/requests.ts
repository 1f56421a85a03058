/** Requests of relations, by the interface of their endpoint. */
import { type ClientAccess, clientAccess } from './access.ts';
import { nothingRequested, type ParsedRequests } from './client-request.ts';
import type { Md5 } from './names.ts';
import { pgsqlRequests } from './pgsql-request.ts';
import { postgresqlClientRequests } from './postgresql-client-request.ts';
import type { ClientRelation } from './relation-facts.ts';

/** A relation with what was parsed of its bags. */
export interface ReadRelation extends ParsedRequests {
  readonly relation: ClientRelation;
  readonly access: ClientAccess;
}

/** Parses the bags of relations, once for everybody who needs to know. */
export function readRelations(relations: readonly ClientRelation[], md5: Md5): ReadRelation[] {
  return relations.map((relation) => readRelation(relation, md5));
}

/**
 * Parses one relation's bags. Never throws, whatever they hold. Nothing is requested before a unit's address is known: clients connect
 * when they see credentials, and must be let in by then.
 */
export function readRelation(relation: ClientRelation, md5: Md5): ReadRelation {
  const access = clientAccess(relation);
  const silent = relation.broken || access.networks.length === 0;
  return { relation, access, ...(silent ? nothingRequested : requestsOf(relation, md5)) };
}

function requestsOf(relation: ClientRelation, md5: Md5): ParsedRequests {
  return relation.endpoint === 'database'
    ? postgresqlClientRequests(relation, md5)
    : pgsqlRequests(relation, md5);
}
