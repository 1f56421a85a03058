/** What a client asks for, whichever interface it speaks. */
import type { DesiredExtension } from '../server/catalog-facts.ts';

/** Attributes of the user beyond logging in. */
export interface UserAttributes {
  readonly superuser: boolean;
  readonly replication: boolean;
  readonly createDatabase: boolean;
  readonly createRole: boolean;
}

export interface ClientRequest {
  /** `db:3` */
  readonly relation: string;
  /** Tells the requests of one relation apart (postgresql_client v1); null everywhere else. */
  readonly requestId: string | null;
  readonly database: string;
  readonly user: string;
  readonly attributes: UserAttributes;
  readonly roles: readonly string[];
  readonly extensions: readonly DesiredExtension[];
  /**
   * The client asks for a user as such (postgresql_client's entity-type USER) and reads its name in other
   * keys.
   */
  readonly entity: boolean;
}

/** What one relation asks for. Nothing asked yet: no request and no problem. */
export interface ParsedRequests {
  readonly requests: readonly ClientRequest[];
  /** Why the relation is not served, as asked; null when it is. */
  readonly problem: string | null;
}

export const nothingRequested: ParsedRequests = { requests: [], problem: null };

/** The relation is not served because of `problem`. */
export function refused(problem: string): ParsedRequests {
  return { requests: [], problem };
}

export const plainAttributes: UserAttributes = {
  superuser: false,
  replication: false,
  createDatabase: false,
  createRole: false,
};

/** `db:3 (webapp): why`, for statuses and the log. */
export function relationMessage(relation: string, application: string, problem: string): string {
  return `${relation} (${application}): ${problem}`;
}
