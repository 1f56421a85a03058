import { describe, expect, test } from 'vitest';
import type { Bag, ClientRelation } from '../../../src/relations/relation-facts.ts';
import { requestedUser } from '../../../src/relations/requested-user.ts';
import { inherited } from '../inherited.ts';
import { answerTo, bagOf, clusterOf, grantsOf, problemsIn, readyOn, relationOf } from './scene.ts';

const bagWith = (key: string, text: string): Bag => Object.fromEntries([[key, text]]);

describe.each(inherited)('%s', (name) => {
  const over = (endpoint: ClientRelation['endpoint'], bag: Bag): ClientRelation =>
    relationOf({ id: `${endpoint}:3`, endpoint, remoteApplicationBag: bag });

  test('as a database is granted over every endpoint', () => {
    const v1 = {
      version: 'v1',
      requests: JSON.stringify([{ 'request-id': '0123456789abcdef', resource: name, salt: 's' }]),
    };
    for (const relation of [
      over('db', { database: name, roles: name }),
      over('db-admin', { database: name }),
      over('database', { database: name, 'extra-user-roles': name }),
      over('database', v1),
    ]) {
      expect(problemsIn([relation])).toEqual({});
      expect(grantsOf([relation]).grants).toMatchObject([{ database: name }]);
      const view = clusterOf(2, 0, { ready: readyOn(['postgresql/0', 'postgresql/1'], relation.id) });
      const { unit, application } = answerTo(relation, view);
      expect(JSON.stringify([bagOf(unit), bagOf(application)])).not.toContain('native code');
    }
  });

  test('as a key, an application, a unit, an attribute or a request id is nothing that it is not', () => {
    const relation = relationOf({
      remoteApplication: name,
      remoteUnits: Object.fromEntries([[name, { 'egress-subnets': '10.0.0.9/32' }]]),
      remoteApplicationBag: bagWith(name, name),
    });
    expect(grantsOf([relation]).grants).toMatchObject([{ database: name, user: `juju_${name}` }]);
    expect(requestedUser(name, '')).toEqual({ ...requestedUser('', ''), roles: [name] });
    const requests = over('database', {
      version: 'v1',
      requests: JSON.stringify([{ 'request-id': name, resource: 'x' }]),
    });
    expect(
      Object.values(problemsIn([requests]))
        .flat()
        .join(),
    ).toContain('request-id');
    expect(answerTo(relation, clusterOf(1, 0, { ready: Object.fromEntries([[name, {}]]) }))).toBeDefined();
  });
});
