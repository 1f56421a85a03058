/** Requests of hostile clients, and their outcomes. */

/** Names that mean something elsewhere and are only names here. */
export const literalNames = [
  `a"b`,
  `a'b"; DROP DATABASE shop; --`,
  'Ünïcode ☃',
  'all',
  'replication',
  'sameuser',
  '+bosses',
  '@/etc/passwd',
  '-h',
  '$1 %s',
  // Juju's YAML parser takes none of these as they are, nor the second line end in them.
  'c1\u0080\u0085\u009f\u2028\ufeff\ufffe\u{1f600}',
  'constructor',
  '__proto__',
];

export const x10k = 'x'.repeat(10_240);

export type Refusal = [what: string, bag: Record<string, string>, reason: RegExp];

/** Requests that are refused to every client, with the text of the status about each. */
export const refusals: Refusal[] = [
  ['a database of 10 kB', { database: x10k }, /10240 bytes/],
  ['a database with a line of pg_hba.conf', { database: 'a\nhost all all all trust' }, /control character/],
  ['a database with a NUL', { database: 'a\0b' }, /NUL/],
  ['a database with a backslash', { database: 'a\\b' }, /backslash/],
  ['a database that is a regular expression', { database: '/^.*$' }, /begins with "\/"/],
  ['a role of 10 kB', { database: 'h', roles: x10k }, /10240 bytes/],
  ['role postgres', { database: 'h', roles: 'postgres' }, /"postgres" is reserved/],
  ['a superuser role', { database: 'h', roles: 'boss' }, /"boss" has SUPERUSER/],
  ['a member of a superuser role', { database: 'h', roles: 'bosses' }, /"bosses" is a member of "boss"/],
  ['a predefined role', { database: 'h', roles: 'pg_execute_server_program' }, /is reserved/],
  ['role public', { database: 'h', roles: 'public' }, /"public" is reserved/],
  ['role none', { database: 'h', roles: 'NONE' }, /"NONE" is reserved/],
  ['the replication user', { database: 'h', roles: '_juju_repl' }, /is reserved/],
  ["another client's user", { database: 'h', roles: 'juju_client' }, /is reserved/],
  ["another client's owner role", { database: 'h', roles: 'jujuowner_shop' }, /is reserved/],
  ['a missing extension', { database: 'h', extensions: 'no_such' }, /extension "no_such" is not available/],
  ['an extension of SQL', { database: 'h', extensions: `x"; DROP DATABASE shop; --` }, /not available/],
  ['an extension of 10 kB', { database: 'h', extensions: x10k }, /10240 bytes/],
  ["the system's schema", { database: 'h', extensions: 'citext:pg_catalog' }, /"pg_catalog".*reserved/],
];

const id = '98ee527261527f5a';
const v1 = (...requests: unknown[]): Record<string, string> => ({
  version: 'v1',
  requests: JSON.stringify(requests),
});
const request = (fields: object = {}): object => ({ resource: 'h', 'request-id': id, salt: 's', ...fields });
const words = (count: number): string => Array.from({ length: count }, (_, index) => `w${index}`).join(',');

/** Requests over `database`, in both wire formats, that are wrong in themselves. */
export const contradictions: Refusal[] = [
  ['an attribute that is none', { database: 'h', 'extra-user-roles': 'MAKEMEGOD' }, /MAKEMEGOD/],
  [
    'an attribute and its contrary',
    { database: 'h', 'extra-user-roles': 'CREATEDB,NOCREATEDB' },
    /NOCREATEDB/,
  ],
  ['an attribute of 10 kB', { database: 'h', 'extra-user-roles': x10k }, /10240 bytes/],
  ['five thousand groups', { database: 'h', 'extra-group-roles': words(5000) }, /at most 100/],
  ['a list of secrets that is none', { database: 'h', 'requested-secrets': '{' }, /requested-secrets/],
  ['a group as such', { database: 'h', 'entity-type': 'GROUP' }, /GROUP is not served/],
  ['permissions', { database: 'h', 'entity-permissions': '[{"resource_name":"*"}]' }, /entity-permissions/],
  ['permissions that are no JSON', { database: 'h', 'entity-permissions': '[{' }, /entity-permissions/],
  ['a user of its own choice', { database: 'h', 'requested-entity-secret': 'secret:x' }, /entity-secret/],
  ['a client certificate', { database: 'h', 'mtls-cert': x10k }, /mtls-cert/],
  ['a client certificate in a secret', { database: 'h', 'secret-mtls': 'secret:x' }, /mtls-cert/],
  ['databases by prefix', { database: 'app*', 'prefix-matching': 'all' }, /by prefix/],
  ['a format of the future', { version: 'v2', requests: '[]' }, /"v2"/],
  ['requests that are no JSON', { version: 'v1', requests: '[{' }, /not a JSON list/],
  ['requests that are no list', { version: 'v1', requests: '{"resource":"h"}' }, /not a JSON list/],
  ['a request that is no object', v1(7), /not an object/],
  ['requests without an id', v1({ resource: 'h' }), /request-id/],
  ['a request without a database', v1({ 'request-id': id }), /database "": the name is empty/],
  ['a database that is a number', v1(request({ resource: 7 })), /"resource" of a request is not text/],
  [
    'groups that are a list',
    v1(request({ 'extra-group-roles': ['a'] })),
    /"extra-group-roles" of a request is not text/,
  ],
  ['one id for two databases', v1(request(), request({ resource: 'i' })), /twice/],
  [
    'a hundred databases',
    v1(
      ...words(100)
        .split(',')
        .map((resource, index) => request({ resource, 'request-id': `${id}${index}` })),
    ),
    /at most 50/,
  ],
];

/** Two requests of the second format, of which one is refused. */
export const goodAndBad = v1(request(), request({ resource: 'postgres', 'request-id': `${id}0` }));

/** Odd requests over `database` that can be met, and what the application is told. */
export const served: [what: string, bag: Record<string, string>, told: Record<string, unknown>][] = [
  ['empty keys', { database: 'h', 'extra-user-roles': '', 'extra-group-roles': ' , ,' }, { database: 'h' }],
  ['a node outside', { database: 'h', 'external-node-connectivity': 'perhaps' }, { database: 'h' }],
  ['an entity of no type', { database: 'h', 'entity-type': 'DRAGON' }, { username: 'juju_hostile' }],
  ['secrets nobody knows', { database: 'h', 'requested-secrets': '["gold"]' }, { username: 'juju_hostile' }],
  ['prefix matching without a prefix', { database: 'h', 'prefix-matching': 'all' }, { database: 'h' }],
  ['a user as such', { database: 'h', 'entity-type': 'USER' }, { 'entity-name': 'juju_hostile' }],
  ['both formats at once', { database: 'i', ...v1(request()) }, { version: 'v1' }],
  ['the first format after the second', { database: 'h' }, { database: 'h', username: 'juju_hostile' }],
  ['no wish at all', { version: 'v1', requests: '' }, {}],
];
