/** What a relation asks for, by the interface of its endpoint. */
import { clientAccess } from './access.ts';
import { nothingRequested, type ParsedRequests } from './client-request.ts';
import type { Md5 } from './names.ts';
import { pgsqlRequests } from './pgsql-request.ts';
import { postgresqlClientRequests } from './postgresql-client-request.ts';
import type { ClientRelation } from './relation-facts.ts';

/**
 * The requests of a relation, or why it is not served. Never throws, whatever the bags hold. Nothing is asked
 * before a unit's address is known: clients connect when they see credentials, and must be let in by then.
 */
export function requestsOf(relation: ClientRelation, md5: Md5): ParsedRequests {
  if (relation.broken || clientAccess(relation).networks.length === 0) return nothingRequested;
  return relation.endpoint === 'database'
    ? postgresqlClientRequests(relation, md5)
    : pgsqlRequests(relation, md5);
}
