/** Requests over endpoint `database` (interface postgresql_client), in the wire formats v0 and v1. */
import { shownName } from '../server/identifiers.ts';
import { jsonStrings } from '../server/json.ts';
import {
  type ClientRequest,
  markOf,
  nothingRequested,
  type ParsedRequests,
  together,
  unreadable,
} from './client-request.ts';
import { databaseNameProblem, type Md5, userName } from './names.ts';
import { listedRequests, notedV0, notedV1 } from './postgresql-client-text.ts';
import type { ClientRelation } from './relation-facts.ts';
import { lengthProblem, type RequestText } from './request-text.ts';
import { requestedUser } from './requested-user.ts';
import { extensionsOf } from './word-lists.ts';

/** The requests of a relation, each judged by itself. */
export function postgresqlClientRequests(relation: ClientRelation, md5: Md5): ParsedRequests {
  const bag = relation.remoteApplicationBag;
  const format = bag['version'] ?? '';
  if (format !== 'v1') {
    if ((bag['database'] ?? '') !== '') return parsed(relation, null, bag, notedV0(bag), md5);
    if (format === '' || format === 'v0') return nothingRequested;
    return unreadable(`it speaks ${shownName(format)} of postgresql_client; v0 and v1 are served`);
  }
  const listed = listedRequests(bag['requests'] ?? '');
  if (typeof listed === 'string') return unreadable(listed);
  return together(listed.map((fields) => parsedV1(relation, fields, md5)));
}

/** Requests that the application's answer has met, from the texts they are noted in. */
export function postgresqlClientAnswered(
  relation: ClientRelation,
  texts: readonly RequestText[],
  md5: Md5,
): readonly ClientRequest[] {
  return texts.flatMap(
    (text) =>
      ('request-id' in text
        ? parsedV1(relation, text, md5)
        : parsed(relation, null, text, notedV0(text), md5)
      ).requests,
  );
}

function parsedV1(relation: ClientRelation, fields: RequestText, md5: Md5): ParsedRequests {
  const id = fields['request-id'] ?? '';
  if (!/^[0-9a-f]{8,64}$/.test(id)) return unreadable('a request has no usable "request-id"');
  const named = { ...fields, database: fields['resource'] ?? '' };
  return parsed(relation, id, named, notedV1(fields), md5);
}

/** One request with the names of v0, whatever format it came in. */
function parsed(
  relation: ClientRelation,
  requestId: string | null,
  fields: RequestText,
  text: RequestText,
  md5: Md5,
): ParsedRequests {
  const { id, remoteApplication } = relation;
  const long = lengthProblem(text);
  if (long !== null) return unreadable(long);
  const database = fields['database'] ?? '';
  const user = requestedUser(fields['extra-user-roles'] ?? '', fields['extra-group-roles'] ?? '');
  const extensions = extensionsOf(fields['extensions'] ?? '');
  const name = databaseNameProblem(database, user.attributes.superuser);
  const unserved = unservedProblems(fields);
  const problems = [...unserved, ...(name === null ? [] : [name]), ...user.problems, ...extensions.problems];
  if (problems.length > 0) return { requests: [], refused: [{ requestId, text, problems }], problems: [] };
  const userKind = user.attributes.superuser ? 'superuser' : 'plain';
  const request: ClientRequest = {
    relation: id,
    requestId,
    text,
    mark: markOf(text, md5),
    database,
    user: userName(userKind, remoteApplication, md5),
    attributes: user.attributes,
    roles: user.roles,
    extensions: extensions.items,
    entity: (fields['entity-type'] ?? '').toUpperCase() === 'USER',
  };
  return { requests: [request], refused: [], problems: [] };
}

/** Parts of the interface that this charm does not serve, said instead of pretended. */
function unservedProblems(fields: RequestText): string[] {
  const problems: string[] = [];
  if ((fields['database'] ?? '').endsWith('*')) {
    problems.push('databases by prefix are not served; ask for one database by its name');
  }
  if ((fields['entity-type'] ?? '').toUpperCase() === 'GROUP') {
    problems.push('entity-type GROUP is not served; name the group in extra-group-roles of a user');
  }
  if (!['', '[]', '{}', 'null'].includes(fields['entity-permissions'] ?? '')) {
    problems.push(
      'entity-permissions are not served; grant them in SQL, or ask for a role in extra-group-roles',
    );
  }
  if ((fields['requested-entity-secret'] ?? '') !== '') {
    problems.push('user names chosen by the client are not served; leave requested-entity-secret out');
  }
  if (fields['requested-secrets'] !== undefined && jsonStrings(fields['requested-secrets']) === undefined) {
    problems.push('the key "requested-secrets" is not a JSON list of names');
  }
  if ((fields['secret-mtls'] ?? '') !== '' || (fields['mtls-cert'] ?? '') !== '') {
    problems.push(
      'client certificates are not served; leave the mtls-cert out, clients log in with a password',
    );
  }
  return problems;
}
