/** data_interfaces: the requirer's side of postgresql_client, v0 and v1. */
import type { Bag } from '../../../../src/relations/relation-facts.ts';

type Secrets = Readonly<Record<string, Bag>>;

export interface Created {
  readonly username: string;
  readonly password: string;
  readonly endpoints: string;
  readonly readOnlyEndpoints: string;
  readonly uris: string;
  readonly tls: string;
  readonly version: string;
}

/** Fields of `database_created` of a v0 requirer when `bag` arrives in one piece; null when there is no such event. */
export function createdV0(bag: Bag, secrets: Secrets): Created | null {
  const user = secrets[bag['secret-user'] ?? ''] ?? bag;
  const username = user['username'] ?? '';
  const password = user['password'] ?? '';
  if (username === '' || password === '') return null;
  const noted = JSON.parse(bag['data'] ?? '{}') as Record<string, unknown>;
  if (noted['entity-type'] !== undefined) return null;
  const tls = secrets[bag['secret-tls'] ?? ''] ?? bag;
  return {
    username,
    password,
    endpoints: bag['endpoints'] ?? '',
    readOnlyEndpoints: bag['read-only-endpoints'] ?? '',
    uris: user['uris'] ?? '',
    tls: tls['tls'] ?? '',
    version: bag['version'] ?? '',
  };
}

/** Fields of `resource_created` of a v1 requirer, by request id. Throws where the library does. */
export function createdV1(bag: Bag, secrets: Secrets): Readonly<Record<string, Created>> {
  if (bag['version'] !== undefined && bag['version'] !== 'v1') throw new Error('version is not v1');
  if (bag['data'] === undefined) return {};
  const noted = JSON.parse(bag['data']) as Record<string, unknown>;
  const responses = JSON.parse(bag['requests'] ?? '[]') as Record<string, string>[];
  const created = responses.flatMap((response) => {
    const id = response['request-id'] ?? '';
    if (noted[id] === undefined) throw new Error(`response ${id} is not in data`);
    const tls = secrets[response['secret-tls'] ?? '']?.['tls'] ?? 'false';
    if (!['true', 'false'].includes(tls)) throw new Error(`tls is ${tls}`);
    const user = secrets[response['secret-user'] ?? ''];
    if (user === undefined) return [];
    const one: Created = {
      username: user['username'] ?? '',
      password: user['password'] ?? '',
      endpoints: response['endpoints'] ?? '',
      readOnlyEndpoints: response['read-only-endpoints'] ?? '',
      uris: user['uris'] ?? '',
      tls,
      version: response['version'] ?? '',
    };
    return [[id, one] as const];
  });
  return Object.fromEntries(created);
}
