import { describe, expect, test } from 'vitest';
import type { Bag, ClientRelation } from '../../../src/relations/relation-facts.ts';
import { answerTo, bagOf, clusterOf, grantsOf, problemsIn, readyOn, relationOf, unitBag } from './scene.ts';

// Bags over `database` that no library writes. Nothing is granted for them, the reason is short, and only this relation has it.

const asking = (remoteApplicationBag: Bag): ClientRelation =>
  relationOf({ id: 'database:9', endpoint: 'database', remoteApplication: 'odd', remoteApplicationBag });
const neighbour = relationOf({
  id: 'database:5',
  endpoint: 'database',
  remoteApplication: 'web',
  remoteApplicationBag: { database: 'web' },
});
const v1 = (requests: unknown): Bag => ({
  version: 'v1',
  requests: typeof requests === 'string' ? requests : JSON.stringify(requests),
});
const one = { 'request-id': '0123456789abcdef', resource: 'data', salt: 'abc' };

const refused: [string, Bag][] = [
  ['a name of a megabyte', { database: 'x'.repeat(1_000_000) }],
  ['a name that pg_hba.conf cannot hold', { database: 'a\nhost all all 0.0.0.0/0 trust' }],
  ["the server's own database", { database: 'template1' }],
  ['a prefix', { database: 'data*' }],
  ['a misspelt attribute', { database: 'data', 'extra-user-roles': 'SUPERUSR' }],
  ['the role of another client', { database: 'data', 'extra-user-roles': 'juju_web' }],
  ["a role of the charm's own", { database: 'data', 'extra-group-roles': '_juju_repl' }],
  [
    'more roles than anybody has',
    { database: 'data', 'extra-user-roles': Array.from({ length: 9999 }, (_, i) => `r${i}`).join() },
  ],
  ['secrets that are not a list', { database: 'data', 'requested-secrets': '{"username": true}' }],
  ['a name chosen by the client', { database: 'data', 'requested-entity-secret': 'secret:abc' }],
  ['permissions', { database: 'data', 'entity-permissions': '[{"resource_name":"x"}]' }],
  ['a certificate', { database: 'data', 'mtls-cert': '-----BEGIN' }],
  ['v1: no JSON', v1('{"')],
  ['v1: no list', v1({ ...one })],
  ['v1: a list of anything', v1([1, null, 'x'])],
  ['v1: no id', v1([{ resource: 'data' }])],
  ['v1: an id that is a path', v1([{ ...one, 'request-id': '../../../etc' }])],
  ['v1: a name that is no text', v1([{ ...one, resource: { $ne: null } }])],
  [
    'v1: more than anybody needs',
    v1(Array.from({ length: 500 }, (_, i) => ({ ...one, 'request-id': `${10_000_000 + i}` }))),
  ],
  ['v1: nested without end', v1('['.repeat(100_000))],
];

describe.each(refused)('%s', (_, bag) => {
  const relation = asking(bag);

  test('is refused for a reason that can be read', () => {
    const { grants, hba } = grantsOf([relation, neighbour]);
    const problems = problemsIn([relation, neighbour]);
    expect(grants.map(({ relation: id }) => id)).toEqual(['database:5']);
    expect(hba.map(({ user }) => user)).toEqual(['juju_web']);
    expect(Object.keys(problems)).toEqual(['database:9']);
    for (const problem of problems['database:9'] ?? []) expect(problem).toMatch(/^.{10,400}$/);
  });

  test('is told so, and gets nothing', () => {
    const { application, secrets } = answerTo(relation, clusterOf(1));
    expect(secrets).toEqual([]);
    const said = Object.entries(application ?? {}).filter(
      ([key, text]) => text !== '' && !['data', 'requests', 'version'].includes(key),
    );
    expect(said.map(([key]) => key)).toEqual(['status']);
  });
});

describe('contradictions', () => {
  test('one request that is good and one that is not: each is judged by itself', () => {
    const bad = { ...one, 'request-id': 'fedcba9876543210', resource: 'postgres' };
    const relation = asking(v1([one, bad]));
    expect(grantsOf([relation]).grants).toMatchObject([{ database: 'data' }]);
    const ready = readyOn(['postgresql/0'], 'database:9');
    const { application, secrets } = answerTo(relation, clusterOf(1, 0, { ready }));
    expect(secrets).toHaveLength(2);
    const responses = JSON.parse(bagOf(application)['requests'] ?? '') as object[];
    expect(responses).toEqual([
      expect.objectContaining({ resource: 'data', 'secret-user': expect.any(String) }),
      { ...bad, status: [expect.objectContaining({ message: expect.stringContaining('postgres') })] },
    ]);
  });

  test('the same request twice is one', () => {
    const { grants } = grantsOf([asking(v1([one, one]))]);
    expect(grants).toHaveLength(1);
  });

  test('keys of v0 beside version v1 count for nothing', () => {
    const relation = asking({ version: 'v1', database: 'data' });
    expect([grantsOf([relation]).grants, problemsIn([relation])]).toEqual([[], {}]);
  });

  test('over db the lowest unit speaks for all, whatever the others say, in whichever order they come', () => {
    const bags = {
      'app/10': unitBag('10.0.0.10', { database: 'ten' }),
      'app/2': unitBag('10.0.0.2', { database: 'two' }),
    };
    const { grants } = grantsOf([relationOf({ remoteUnits: bags })]);
    expect(grants.map(({ database }) => database)).toEqual(['two']);
  });
});
