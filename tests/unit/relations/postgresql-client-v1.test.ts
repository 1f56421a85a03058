import { describe, expect, test } from 'vitest';
import type { Bag } from '../../../src/relations/relation-facts.ts';
import { answer, pw, relation, statusOf } from './database-scene.ts';
import { createdV1 } from './readiness/data-interfaces.ts';
import { answerTo, bagOf, clusterOf, readOf, secretsOf } from './scene.ts';

describe('postgresql_client v1', () => {
  const request = {
    resource: 'clientdb',
    'request-id': '98ee527261527f5a',
    salt: 'F3lP',
    'extra-user-roles': 'createdb',
    'entity-type': null,
  };
  const asking = (...requests: object[]) => ({ version: 'v1', requests: JSON.stringify(requests) });

  test('one response per request, credentials in secrets', () => {
    const other = { resource: 'otherdb', 'request-id': '11ee527261527f5a', salt: 'x' };
    const got = answer(asking(request, other), clusterOf(3));
    const created = createdV1(bagOf(got.application), secretsOf(got));
    expect(created).toEqual({
      '98ee527261527f5a': {
        username: 'juju_app',
        password: pw,
        endpoints: '10.0.0.1:5432',
        readOnlyEndpoints: '10.0.0.2:5432,10.0.0.3:5432',
        uris: `postgresql://juju_app:${pw}@10.0.0.1:5432/clientdb`,
        tls: 'false',
        version: '15.9',
      },
      '11ee527261527f5a': expect.objectContaining({
        uris: `postgresql://juju_app:${pw}@10.0.0.1:5432/otherdb`,
      }),
    });
    expect(bagOf(got.application)).toMatchObject({
      version: 'v1',
      data: expect.stringContaining('"98ee527261527f5a":{'),
    });
    expect(got.secrets.map(({ label }) => label)).toContain('database.6.98ee527261527f5a.user.secret');
  });

  test('the order of requests is moot', () => {
    const other = { ...request, resource: 'otherdb', 'request-id': '11ee527261527f5a' };
    expect(answer(asking(request, other), clusterOf(1))).toEqual(
      answer(asking(other, request), clusterOf(1)),
    );
  });

  test.each<[string, string]>([
    ['no JSON', 'not a JSON list'],
    ['{"a":1}', 'not a JSON list'],
    ['[1]', 'not an object'],
    ['[{"resource":"a"}]', 'request-id'],
    [JSON.stringify(Array.from({ length: 51 }, () => request)), 'at most 50'],
  ])('%s is refused', (requests, why) => {
    const bag = { version: 'v1', requests };
    expect(statusOf(bag)[0]?.message).toContain(why);
    expect(createdV1(bagOf(answer(bag, clusterOf(1)).application), {})).toEqual({});
  });

  test('one that cannot be met has a response that says so; those that were met stay as they are', () => {
    const other = { resource: 'otherdb', 'request-id': '11ee527261527f5a', salt: 'x' };
    const before = bagOf(answer(asking(request), clusterOf(3)).application);
    const { ready } = clusterOf(3);
    const known = readOf(relation(asking(request))).requests[0]?.mark ?? '';
    const units = Object.keys(ready['database:6'] ?? {}).map((unit) => [unit, [known]] as const);
    const cluster = clusterOf(3, 0, { ready: { 'database:6': Object.fromEntries(units) } });
    const noted = {
      resource: 'clientdb',
      'request-id': '98ee527261527f5a',
      salt: 'F3lP',
      'extra-user-roles': 'createdb',
    };
    const ask = (bag: Bag, problem: string | null) =>
      answerTo(relation(bag, { ownApplicationBag: before }), cluster, problem, [noted]);
    const added = ask(asking(request, { ...other, 'extra-user-roles': 'pg_monitor' }), null);
    const [good, bad] = JSON.parse(bagOf(added.application)['requests'] ?? '[]') as Bag[];
    expect(good).toEqual(JSON.parse(before['requests'] ?? '[]')[0]);
    expect(bad).toEqual({ ...other, status: [expect.objectContaining({ code: 5001 })] });
    expect(JSON.parse(bagOf(added.application)['data'] ?? '{}')).toHaveProperty('11ee527261527f5a');
    expect(added.answered).toEqual([noted]);
    // The same request in other words, one of another database in its place, and a list that nobody can read.
    for (const bag of [
      asking({ ...request, 'extra-user-roles': 'createdb,pg_monitor' }),
      asking({ ...other, resource: 'postgres' }),
      { version: 'v1', requests: '[{' },
    ]) {
      const told = bagOf(ask(bag, null).application);
      const kept = (JSON.parse(told['requests'] ?? '[]') as Bag[]).find((one) => 'secret-user' in one);
      const { status: _, ...rest } = kept ?? {};
      expect(rest).toEqual(good);
      expect(told['status']).toContain('5001');
    }
    // Entities that are no longer asked for go when all that is asked for has been met.
    const marks = [
      ...units,
      ['postgresql/0', [known, readOf(relation(asking(other))).requests[0]?.mark ?? '']],
    ];
    const replaced = answerTo(
      relation(asking(other), { ownApplicationBag: before }),
      { ...cluster, ready: { 'database:6': Object.fromEntries(marks) } },
      null,
      [noted],
    );
    expect(JSON.parse(bagOf(replaced.application)['requests'] ?? '[]')).toMatchObject([
      { resource: 'otherdb' },
    ]);
  });

  test('a client that goes over from v0 and asks for nothing yet keeps its answer', () => {
    const had = { database: 'appdb' };
    const ownApplicationBag = bagOf(answer(had, clusterOf(1)).application);
    const got = answerTo(
      relation({ version: 'v1', requests: '' }, { ownApplicationBag }),
      clusterOf(1),
      null,
      [had],
    );
    expect(got.application).toBeNull();
  });

  test('without secrets in Juju it is refused, with the way out', () => {
    const got = bagOf(answer(asking(request), clusterOf(1, 0, { secrets: false })).application);
    expect(got['status']).toContain('or a client of v0');
  });
});
