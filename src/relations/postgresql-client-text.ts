/** Requests over `database` as texts, in both wire formats: in the client's bag, and noted in the answer. */

import { entryOf } from '../server/entry-of.ts';
import { shownName } from '../server/identifiers.ts';
import { isJsonList, isJsonObject, type Json, jsonObject, parsedJson, steadyJson } from '../server/json.ts';
import type { Bag, ClientRelation } from './relation-facts.ts';
import type { RequestText } from './request-text.ts';

/** More requests than this on one relation are a mistake or an attack. */
const MOST_REQUESTS = 50;
const LONGEST_LIST = 262_144;

const TEXT_FIELDS = ['request-id', 'resource', 'extra-user-roles', 'extra-group-roles'];

/**
 * Keys of a request that are noted in `data`: those the interface knows, so that a stranger's bag is not
 * mirrored whole.
 */
const NOTED_V0 = [
  'database',
  'extra-user-roles',
  'extra-group-roles',
  'extensions',
  'entity-type',
  'entity-permissions',
  'external-node-connectivity',
  'requested-secrets',
  'provided-secrets',
];
const NOTED_V1 = ['extra-user-roles', 'extra-group-roles', 'extensions', 'entity-type'];

export type WireFormat = 'v0' | 'v1';

/** The format that the client's bag is in; that of the answer it has while its own bag tells nothing. */
export function wireFormat({ remoteApplicationBag, ownApplicationBag }: ClientRelation): WireFormat {
  const tells = ['version', 'database'].some((key) => (entryOf(remoteApplicationBag, key) ?? '') !== '');
  const version = (tells ? remoteApplicationBag : (ownApplicationBag ?? {}))['version'];
  return version === 'v1' ? 'v1' : 'v0';
}

/** A v0 request as it is noted. */
export function notedV0(bag: Bag): RequestText {
  return picked(bag, NOTED_V0);
}

/** A v1 request as it is noted; a client ignores responses to requests that are not noted. */
export function notedV1(fields: RequestText): RequestText {
  const identity = {
    'request-id': '',
    resource: '',
    salt: '',
    ...picked(fields, ['request-id', 'resource', 'salt']),
  };
  return { ...identity, ...picked(fields, NOTED_V1) };
}

function picked(texts: RequestText, keys: readonly string[]): RequestText {
  return Object.fromEntries(
    keys.flatMap((key) => {
      const text = entryOf(texts, key);
      return text === undefined ? [] : [[key, text]];
    }),
  );
}

/** The objects of the key `requests` with their values as text, sorted by id, or why they cannot be read. */
export function listedRequests(text: string): readonly RequestText[] | string {
  if (text === '') return [];
  if (text.length > LONGEST_LIST)
    return `the key "requests" holds ${text.length} characters and at most ${LONGEST_LIST} are read`;
  const value = parsedJson(text);
  if (!isJsonList(value)) return 'the key "requests" is not a JSON list';
  if (value.length > MOST_REQUESTS) {
    return `${value.length} databases are asked for on one relation and at most ${MOST_REQUESTS} are served`;
  }
  const requests = new Map<string, RequestText>();
  for (const item of value) {
    if (!isJsonObject(item)) return 'the key "requests" holds something that is not an object';
    const wrong = TEXT_FIELDS.find((key) => typeof (entryOf(item, key) ?? '') !== 'string');
    if (wrong !== undefined) return `the "${wrong}" of a request is not text`;
    const request = textsOf(item);
    const id = request['request-id'] ?? '';
    const before = requests.get(id);
    if (before !== undefined && steadyJson(before) !== steadyJson(request)) {
      return `request-id ${shownName(id)} is there twice, for different things`;
    }
    requests.set(id, request);
  }
  const ids = [...requests.keys()].toSorted();
  return ids.map((id) => requests.get(id)).filter((request) => request !== undefined);
}

/** Requests that an answer of the application has met: those that have credentials in it, as they are noted. */
export function answeredTexts(ownApplicationBag: Bag): readonly RequestText[] {
  const data = jsonObject(ownApplicationBag['data']);
  if (data === null) return [];
  if (ownApplicationBag['version'] !== 'v1') {
    const hasUser = ['username', 'entity-name', 'secret-user', 'secret-entity'].some(
      (key) => (entryOf(ownApplicationBag, key) ?? '') !== '',
    );
    return hasUser ? [textsOf(data)] : [];
  }
  const responses = parsedJson(ownApplicationBag['requests'] ?? '');
  return (isJsonList(responses) ? responses : []).flatMap((response) => {
    if (!isJsonObject(response) || !('secret-user' in response || 'secret-entity' in response)) return [];
    const noted = entryOf(data, String(response['request-id']));
    return isJsonObject(noted) ? [textsOf(noted)] : [];
  });
}

/** The fields of an object as texts; null is none. */
export function textsOf(fields: { readonly [key: string]: Json }): RequestText {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([key, field]) =>
      field === null ? [] : [[key, typeof field === 'string' ? field : JSON.stringify(field)] as const],
    ),
  );
}
