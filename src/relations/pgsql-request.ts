/** Requests over endpoints `db`, `db-admin` (interface pgsql) and `master` (interface pgreplication). */
import { compareUnits } from '../cluster/units.ts';
import { entryOf } from '../server/entry-of.ts';
import {
  type ClientRequest,
  markOf,
  nothingRequested,
  type ParsedRequests,
  plainAttributes,
  unreadable,
} from './client-request.ts';
import { databaseNameProblem, type Md5, type UserKind, userName } from './names.ts';
import type { Bag, ClientRelation } from './relation-facts.ts';
import { lengthProblem } from './request-text.ts';
import { extensionsOf, rolesOf } from './word-lists.ts';

/** A request in the client's words; clients compare the echo letter by letter. Absent keys are empty. */
interface PgsqlText {
  readonly database: string;
  readonly roles: string;
  readonly extensions: string;
}

/**
 * The request of a relation: of the application bag when that asks for anything, else of the first unit that
 * does. A client that names no database gets one named as itself; one that has been answered and asks for
 * nothing any more keeps what it has.
 */
export function pgsqlRequests(relation: ClientRelation, userKind: UserKind, md5: Md5): ParsedRequests {
  const units = Object.keys(relation.remoteUnits).toSorted(compareUnits);
  const bags: readonly Bag[] = [
    relation.remoteApplicationBag,
    ...units.map((unit) => entryOf(relation.remoteUnits, unit) ?? {}),
  ];
  const asking = bags.find((bag) => !isSilent(textIn(bag)));
  if (asking === undefined && isAnswered(relation.ownBag)) return nothingRequested;
  const text = textIn(asking ?? {});
  const database = text.database || relation.remoteApplication;
  return parsed(relation, userKind, { ...text, database }, md5);
}

/** The request that this unit's answer has met, by its echo; none before there is an answer. */
export function pgsqlAnswered(
  relation: ClientRelation,
  userKind: UserKind,
  md5: Md5,
): readonly ClientRequest[] {
  if (!isAnswered(relation.ownBag)) return [];
  return parsed(relation, userKind, textIn(relation.ownBag), md5).requests;
}

function isAnswered(ownBag: Bag): boolean {
  return ['host', 'user', 'database'].every((key) => (entryOf(ownBag, key) ?? '') !== '');
}

function parsed(
  { id, remoteApplication }: ClientRelation,
  userKind: UserKind,
  text: PgsqlText,
  md5: Md5,
): ParsedRequests {
  const long = lengthProblem({ ...text, database: '' });
  if (long !== null) return unreadable(long);
  const database = databaseNameProblem(text.database, userKind !== 'plain');
  const roles = rolesOf(text.roles);
  const extensions = extensionsOf(text.extensions);
  const problems = [...(database === null ? [] : [database]), ...roles.problems, ...extensions.problems];
  if (problems.length > 0) {
    return { requests: [], refused: [{ requestId: null, text: { ...text }, problems }], problems: [] };
  }
  const request: ClientRequest = {
    relation: id,
    requestId: null,
    text: { ...text },
    // Nothing but the database is echoed over master.
    mark: markOf(userKind === 'replication' ? { database: text.database } : { ...text }, md5),
    database: text.database,
    user: userName(userKind, remoteApplication, md5),
    attributes: {
      ...plainAttributes,
      superuser: userKind !== 'plain',
      replication: userKind === 'replication',
    },
    roles: roles.items,
    extensions: extensions.items,
    entity: false,
  };
  return { requests: [request], refused: [], problems: [] };
}

function textIn(bag: Bag): PgsqlText {
  return {
    database: bag['database'] ?? '',
    roles: bag['roles'] ?? '',
    extensions: bag['extensions'] ?? '',
  };
}

function isSilent(text: PgsqlText): boolean {
  return text.database === '' && text.roles === '' && text.extensions === '';
}
