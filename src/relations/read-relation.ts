/** A client relation with its requests, parsed once for everybody who needs to know. */
import type { ClientAccess } from './client-addresses.ts';
import type { ClientRequest, ParsedRequests } from './client-request.ts';
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

/** The requests of a relation that are in force: those of now and, until they are answered, those that have been. */
export function inForce({ requests, answered }: ReadRelation): readonly ClientRequest[] {
  const marks = new Set(requests.map(({ mark }) => mark));
  return [...requests, ...answered.filter(({ mark }) => !marks.has(mark))];
}
