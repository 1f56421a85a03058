/** Requests over endpoint `database` (interface postgresql_client), in the wire formats v0 and v1. */

import { shownName } from '../server/identifiers.ts';
import { isJsonList, isJsonObject, jsonStrings, parsedJson, steadyJson } from '../server/json.ts';
import { type ClientRequest, nothingRequested, type ParsedRequests, refused } from './client-request.ts';
import { databaseNameProblem, type Md5, userName } from './names.ts';
import type { Bag, ClientRelation } from './relation-facts.ts';
import { requestedUser } from './requested-user.ts';
import { extensionsOf } from './word-lists.ts';

/** More requests than this on one relation are a mistake or an attack. */
const MOST_REQUESTS = 50;

const TEXT_FIELDS = ['request-id', 'resource', 'extra-user-roles', 'extra-group-roles'];

/** One request with the names of v0, whatever format it came in. */
type RequestFields = Readonly<Record<string, string>>;

/** Whether the client speaks v1, by what it says itself. */
export function speaksV1(relation: ClientRelation): boolean {
  return relation.remoteApplicationBag['version'] === 'v1';
}

/** What the relation asks for; all requests of a relation are served or none. */
export function postgresqlClientRequests(relation: ClientRelation, md5: Md5): ParsedRequests {
  const bag = relation.remoteApplicationBag;
  if (!speaksV1(relation)) {
    const format = bag['version'] ?? '';
    if ((bag['database'] ?? '') !== '') return oneRequest(relation, null, bag, md5);
    if (format === '' || format === 'v0') return nothingRequested;
    return refused(`it speaks ${shownName(format)} of postgresql_client; v0 and v1 are served`);
  }
  const listed = listedRequests(bag['requests'] ?? '');
  if (typeof listed === 'string') return refused(listed);
  const parsed = listed.map((fields) => {
    const id = fields['request-id'] ?? '';
    if (!/^[0-9a-f]{8,64}$/.test(id)) return refused('a request has no usable "request-id"');
    return oneRequest(relation, id, { ...fields, database: fields['resource'] ?? '' }, md5);
  });
  const problem = parsed.find((one) => one.problem !== null)?.problem;
  if (problem !== undefined && problem !== null) return refused(problem);
  return { requests: parsed.flatMap(({ requests }) => requests), problem: null };
}

/** The objects of the key `requests` with their values as text, sorted by id, or why they cannot be read. */
export function listedRequests(text: string): readonly RequestFields[] | string {
  if (text === '') return [];
  const value = parsedJson(text);
  if (!isJsonList(value)) return 'the key "requests" is not a JSON list';
  if (value.length > MOST_REQUESTS) {
    return `${value.length} databases are asked for on one relation and at most ${MOST_REQUESTS} are served`;
  }
  const fields = new Map<string, RequestFields>();
  for (const item of value) {
    if (!isJsonObject(item)) return 'the key "requests" holds something that is not an object';
    const wrong = TEXT_FIELDS.find((key) => typeof (item[key] ?? '') !== 'string');
    if (wrong !== undefined) return `the "${wrong}" of a request is not text`;
    const texts = Object.entries(item).flatMap(([key, field]) =>
      field === null ? [] : [[key, typeof field === 'string' ? field : JSON.stringify(field)] as const],
    );
    const request: RequestFields = Object.fromEntries(texts);
    const id = request['request-id'] ?? '';
    const before = fields.get(id);
    if (before !== undefined && steadyJson(before) !== steadyJson(request)) {
      return `request-id ${shownName(id)} is there twice, with different wishes`;
    }
    fields.set(id, request);
  }
  const ids = [...fields.keys()].toSorted();
  return ids.map((id) => fields.get(id)).filter((request) => request !== undefined);
}

function oneRequest(
  relation: ClientRelation,
  requestId: string | null,
  fields: RequestFields | Bag,
  md5: Md5,
): ParsedRequests {
  const unmet = unservedRequest(fields);
  if (unmet !== null) return refused(unmet);
  const database = fields['database'] ?? '';
  const wishes = requestedUser(fields['extra-user-roles'] ?? '', fields['extra-group-roles'] ?? '');
  if ('problem' in wishes) return refused(wishes.problem);
  const problem = databaseNameProblem(database, wishes.attributes.superuser);
  if (problem !== null) return refused(problem);
  const extensions = extensionsOf(fields['extensions'] ?? '');
  if ('problem' in extensions) return refused(extensions.problem);
  const userKind = wishes.attributes.superuser ? 'superuser' : 'plain';
  const request: ClientRequest = {
    relation: relation.id,
    requestId,
    database,
    user: userName(userKind, relation.remoteApplication, md5),
    attributes: wishes.attributes,
    roles: wishes.roles,
    extensions: extensions.items,
    entity: (fields['entity-type'] ?? '').toUpperCase() === 'USER',
  };
  return { requests: [request], problem: null };
}

/** What the interface knows and this charm does not do, said instead of pretended. */
function unservedRequest(fields: RequestFields): string | null {
  if ((fields['database'] ?? '').endsWith('*')) {
    return 'databases by prefix are not served; ask for one database by its name';
  }
  if ((fields['entity-type'] ?? '').toUpperCase() === 'GROUP') {
    return 'entity-type GROUP is not served; name the group in extra-group-roles of a user';
  }
  if (!['', '[]', '{}', 'null'].includes(fields['entity-permissions'] ?? '')) {
    return 'entity-permissions are not served; grant them in SQL, or ask for a role in extra-group-roles';
  }
  if ((fields['requested-entity-secret'] ?? '') !== '') {
    return 'user names chosen by the client are not served; leave requested-entity-secret out';
  }
  if (fields['requested-secrets'] !== undefined && jsonStrings(fields['requested-secrets']) === undefined) {
    return 'the key "requested-secrets" is not a JSON list of names';
  }
  if ((fields['secret-mtls'] ?? '') !== '' || (fields['mtls-cert'] ?? '') !== '') {
    return 'client certificates are not served; leave the mtls-cert out, clients log in with a password';
  }
  return null;
}
