import { describe, expect, test } from 'vitest';
import type { ClientRelation } from '../../../src/relations/relation-facts.ts';
import { grantsOf, problemsIn, relationOf, unitBag } from './scene.ts';

const wanted = (...relations: Partial<ClientRelation>[]) => grantsOf(relations.map(relationOf), ['CONNECT']);
const problems = (...relations: Partial<ClientRelation>[]) => problemsIn(relations.map(relationOf));
const client = (bag: Record<string, string>): Partial<ClientRelation> => ({
  id: 'database:6',
  endpoint: 'database',
  remoteApplicationBag: bag,
});

describe('grants and access of all relations', () => {
  test('one client over db', () => {
    expect(wanted({ remoteApplicationBag: { database: 'appdb', roles: 'reader' } })).toEqual({
      grants: [
        {
          relation: 'db:3',
          mark: expect.stringMatching(/^[0-9a-f]{8}$/),
          requested: true,
          database: 'appdb',
          user: 'juju_app',
          superuser: false,
          replication: false,
          createDatabase: false,
          createRole: false,
          roles: ['reader'],
          extensions: [],
          privileges: ['CONNECT'],
          ownerRole: 'jujuowner_appdb',
        },
      ],
      hba: [{ database: 'appdb', user: 'juju_app', network: '10.0.0.9/32' }],
      spared: [],
    });
  });

  const all = { word: 'all' };
  test.each<[string, Partial<ClientRelation>, object[]]>([
    ['db-admin opens everything', { endpoint: 'db-admin' }, [{ database: all, user: all }]],
    [
      'master opens its database and replication',
      { endpoint: 'master' },
      [
        { database: 'app', user: 'jujurepl_app' },
        { database: { word: 'replication' }, user: 'jujurepl_app' },
      ],
    ],
    [
      'a client that makes databases reaches them',
      client({ database: 'd', 'extra-user-roles': 'admin' }),
      [{ database: all, user: 'juju_app' }],
    ],
    [
      'one that makes roles can log in as them',
      client({ database: 'd', 'extra-user-roles': 'createrole' }),
      [{ database: all, user: all }],
    ],
    [
      'a superuser is an administrator',
      client({ database: 'd', 'extra-user-roles': 'SUPERUSER' }),
      [{ database: all, user: all }],
    ],
  ])('%s', (_, relation, lines) => {
    expect(wanted(relation).hba).toMatchObject(lines);
  });

  test('two applications share a database and its owner role', () => {
    const remoteApplicationBag = { database: 'shared' };
    const { grants } = wanted(
      { remoteApplicationBag },
      { id: 'db:4', remoteApplication: 'other', remoteApplicationBag },
    );
    expect(grants.map(({ user, ownerRole }) => [user, ownerRole])).toEqual([
      ['juju_app', 'jujuowner_shared'],
      ['juju_other', 'jujuowner_shared'],
    ]);
  });

  test('each relation of an application asks for its own, so that a refusal of one is none of the other', () => {
    const { grants } = wanted(
      { remoteApplicationBag: { roles: 'reader' } },
      client({ database: 'd', 'extra-user-roles': 'writer,createdb' }),
    );
    expect(grants.map(({ roles, createDatabase }) => ({ roles, createDatabase }))).toEqual([
      { roles: ['writer'], createDatabase: true },
      { roles: ['reader'], createDatabase: false },
    ]);
  });

  test('a refused request concerns its own relation only, and its users are spared', () => {
    const both: Partial<ClientRelation>[] = [
      { id: 'db:1', remoteApplication: 'webapp', remoteApplicationBag: { database: 'postgres' } },
      {},
    ];
    expect(problems(...both)).toEqual({ 'db:1': [expect.stringMatching(/^database "postgres"/)] });
    const { grants, spared } = wanted(...both);
    expect(grants).toHaveLength(1);
    expect(spared).toEqual(['juju_webapp', 'jujuadmin_webapp', 'jujurepl_webapp']);
  });

  test('all that is wrong with a request is told', () => {
    const bag = { database: 'postgres', roles: 'postgres,public', extensions: 'a:pg_x,b' };
    expect(problems({ remoteApplicationBag: bag })['db:3']).toHaveLength(4);
  });

  test('a unit without an address is told, the others are served', () => {
    const remoteUnits = { 'app/0': unitBag('10.0.0.9'), 'app/1': { 'private-address': 'host.example' } };
    expect(problems({ remoteUnits })['db:3']).toEqual([
      expect.stringContaining('app/1 names "host.example"'),
    ]);
    expect(wanted({ remoteUnits }).hba).toHaveLength(1);
  });

  test('a client without any usable address is told, and gets nothing it could not use', () => {
    const remoteUnits = { 'app/0': { 'private-address': 'host.example' } };
    expect(wanted({ remoteUnits })).toMatchObject({ grants: [], hba: [] });
    expect(problems({ remoteUnits })).toEqual({ 'db:3': [expect.stringContaining('app/0')] });
  });

  test('a broken relation wants nothing', () => {
    expect(wanted({ broken: true })).toEqual({ grants: [], hba: [], spared: [] });
    expect(problems({ broken: true })).toEqual({});
  });
});
