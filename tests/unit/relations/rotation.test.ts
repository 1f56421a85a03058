import { describe, expect, test } from 'vitest';
import { rotationOf } from '../../../src/relations/rotation.ts';
import { grantsOf, relationOf, unitBag } from './scene.ts';

const classic = relationOf({
  id: 'db:3',
  remoteApplication: 'shop',
  remoteUnits: { 'shop/0': unitBag('10.0.0.8') },
});
const admin = { ...classic, id: 'db-admin:4', endpoint: 'db-admin' as const };
const second = {
  ...classic,
  id: 'db:5',
  remoteUnits: { 'shop/0': unitBag('10.0.0.8', { database: 'more' }) },
};
const modern = relationOf({
  id: 'database:6',
  endpoint: 'database',
  remoteApplication: 'web',
  remoteApplicationBag: { database: 'web', 'requested-secrets': '["username","password"]' },
  ownApplicationBag: { 'secret-user': 'secret:abc' },
});
const deaf = relationOf({
  id: 'database:7',
  endpoint: 'database',
  remoteApplication: 'old',
  remoteApplicationBag: { database: 'old' },
  ownApplicationBag: { username: 'juju_old', password: '{password:0123456789abcdef}' },
});
const relations = [classic, admin, second, modern, deaf];
const { grants } = grantsOf(relations);
const rotation = (scope: string) => rotationOf(scope, relations, grants, '_juju_repl');

describe('what a scope names', () => {
  test.each([
    ['replication', ['_juju_repl']],
    ['_juju_repl', ['_juju_repl']],
    ['db:3', ['juju_shop']],
    ['db-admin:4', ['jujuadmin_shop']],
    ['database:6', ['juju_web']],
    ['juju_web', ['juju_web']],
    ['clients', ['juju_shop', 'juju_web', 'jujuadmin_shop']],
  ])('%s', (scope, users) => {
    expect(rotation(scope)).toMatchObject({ users });
  });

  test('clients that cannot be told keep their password, unless they are named themselves', () => {
    const all = rotation('clients');
    const one = rotation('database:7');
    expect(all).toMatchObject({
      unreached: [expect.stringContaining('database:7 (old): it took its password in plain keys')],
    });
    expect(one).toMatchObject({
      users: ['juju_old'],
      unreached: [expect.stringContaining('remove the relation')],
    });
    expect(rotation('db:3')).toMatchObject({ unreached: [] });
  });

  test.each(['', 'db:9', 'postgres', 'jujuowner_shop', 'x'.repeat(5000)])(
    '%s is refused with what there is',
    (scope) => {
      const refusal = rotation(scope);
      expect(refusal).toMatchObject({
        problem: expect.stringContaining('database:6, database:7, db-admin:4, db:3'),
      });
      expect('problem' in refusal && refusal.problem.length).toBeLessThan(600);
    },
  );

  test('without clients there is nothing to do, which is no error', () => {
    expect(rotationOf('clients', [], [], '_juju_repl')).toEqual({ users: [], unreached: [] });
  });
});
