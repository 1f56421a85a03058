/** Requests over endpoints `db`, `db-admin` (interface pgsql) and `master` (interface pgreplication). */
import { compareUnits } from '../cluster/units.ts';
import {
  type ClientRequest,
  nothingRequested,
  type ParsedRequests,
  plainAttributes,
  refused,
} from './client-request.ts';
import { databaseNameProblem, type Md5, type UserKind, userName } from './names.ts';
import type { Bag, ClientRelation } from './relation-facts.ts';
import { extensionsOf, rolesOf } from './word-lists.ts';

/** A request as the client wrote it; clients compare the echo letter by letter. Absent keys are empty. */
export interface PgsqlRequestText {
  readonly database: string;
  readonly roles: string;
  readonly extensions: string;
}

const USER_KINDS = { db: 'plain', 'db-admin': 'superuser', master: 'replication' } as const;

/**
 * The text of the request: of the application bag when that asks for anything, else of the first unit that
 * does.
 */
export function pgsqlRequestText(relation: ClientRelation): PgsqlRequestText {
  const units = Object.keys(relation.remoteUnits).toSorted(compareUnits);
  const bags: readonly Bag[] = [
    relation.remoteApplicationBag,
    ...units.map((unit) => relation.remoteUnits[unit] ?? {}),
  ];
  const asking = bags.find((bag) => !isSilent(textOf(bag)));
  return textOf(asking ?? {});
}

/** What the relation asks for; a client that names no database gets one named as itself. */
export function pgsqlRequests(relation: ClientRelation, md5: Md5): ParsedRequests {
  if (relation.endpoint === 'database') return nothingRequested;
  const text = pgsqlRequestText(relation);
  const database = text.database === '' ? relation.remoteApplication : text.database;
  const userKind: UserKind = USER_KINDS[relation.endpoint];
  const problem = databaseNameProblem(database, userKind !== 'plain');
  if (problem !== null) return refused(problem);
  const roles = rolesOf(text.roles);
  if ('problem' in roles) return refused(roles.problem);
  const extensions = extensionsOf(text.extensions);
  if ('problem' in extensions) return refused(extensions.problem);
  const request: ClientRequest = {
    relation: relation.id,
    requestId: null,
    database,
    user: userName(userKind, relation.remoteApplication, md5),
    attributes: {
      ...plainAttributes,
      superuser: userKind !== 'plain',
      replication: userKind === 'replication',
    },
    roles: roles.items,
    extensions: extensions.items,
    entity: false,
  };
  return { requests: [request], problem: null };
}

function textOf(bag: Bag): PgsqlRequestText {
  return {
    database: bag['database'] ?? '',
    roles: bag['roles'] ?? '',
    extensions: bag['extensions'] ?? '',
  };
}

function isSilent(text: PgsqlRequestText): boolean {
  return text.database === '' && text.roles === '' && text.extensions === '';
}
