/** Requests of clients, whichever interface they come over. */
import type { DesiredExtension } from '../server/catalog-facts.ts';
import type { Md5 } from './names.ts';
import type { RequestText } from './request-text.ts';

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
  readonly text: RequestText;
  /** Units name the request to one another by it: a hash of its text. */
  readonly mark: string;
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

/** A request that cannot be met, and the reasons. */
export interface UnmetRequest {
  readonly requestId: string | null;
  readonly text: RequestText;
  readonly problems: readonly string[];
}

/** Requests of one relation, each judged by itself. */
export interface ParsedRequests {
  readonly requests: readonly ClientRequest[];
  readonly refused: readonly UnmetRequest[];
  /** Reasons nothing in the bag can be read as a request. */
  readonly problems: readonly string[];
}

export const nothingRequested: ParsedRequests = { requests: [], refused: [], problems: [] };

/** A bag in which nothing can be read as a request, because of `problem`. */
export function unreadable(problem: string): ParsedRequests {
  return { ...nothingRequested, problems: [problem] };
}

/** The requests of several texts together. */
export function together(parsed: readonly ParsedRequests[]): ParsedRequests {
  return {
    requests: parsed.flatMap(({ requests }) => requests),
    refused: parsed.flatMap(({ refused }) => refused),
    problems: [...new Set(parsed.flatMap(({ problems }) => problems))],
  };
}

export const plainAttributes: UserAttributes = {
  superuser: false,
  replication: false,
  createDatabase: false,
  createRole: false,
};

const MARK_DIGITS = 8;

/** The mark of a request with this text. */
export function markOf(text: RequestText, md5: Md5): string {
  const entries = Object.entries(text).filter(([, value]) => value !== '');
  return md5(JSON.stringify(entries.toSorted(([left], [right]) => (left < right ? -1 : 1)))).slice(
    0,
    MARK_DIGITS,
  );
}

/** `db:3 (webapp): why`, for statuses and the log. */
export function relationMessage(relation: string, application: string, problem: string): string {
  return `${relation} (${application}): ${problem}`;
}
