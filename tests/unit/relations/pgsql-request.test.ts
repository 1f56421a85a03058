import { describe, expect, test } from 'vitest';
import type { ClientRelation } from '../../../src/relations/relation-facts.ts';
import { readRelation } from '../../../src/relations/requests.ts';
import { md5, readOf, relationOf, unitBag } from './scene.ts';

const asked = (more: Partial<ClientRelation>) => readRelation(relationOf(more), undefined, md5).requests[0];
const problem = (bag: Record<string, string>) =>
  readRelation(relationOf({ remoteApplicationBag: bag }), undefined, md5).refused[0]?.problems.join();

describe('requests over pgsql', () => {
  test('a client that asks for nothing gets a database named as itself', () => {
    expect(asked({})).toMatchObject({ database: 'app', user: 'juju_app', roles: [], extensions: [] });
  });

  test('the application bag goes before units', () => {
    const remoteUnits = { 'app/0': unitBag('10.0.0.9', { database: 'ofunit' }) };
    expect(asked({ remoteUnits, remoteApplicationBag: { database: 'ofapp' } })?.database).toBe('ofapp');
  });

  test('units are asked in the order of their numbers, the first that asks speaks for all', () => {
    const remoteUnits = {
      'app/10': unitBag('10.0.0.12', { database: 'ten' }),
      'app/2': unitBag('10.0.0.11', { database: 'two', roles: 'reader' }),
      'app/0': unitBag('10.0.0.10'),
    };
    expect(asked({ remoteUnits })?.text).toEqual({
      database: 'two',
      roles: 'reader',
      extensions: '',
    });
  });

  test('lists take blanks, empty items and repetitions; extensions three spellings', () => {
    const remoteApplicationBag = {
      roles: 'writer, reader,,reader',
      extensions: 'uuid-ossp,hstore(public), citext:extra ,citext:extra',
    };
    expect(asked({ remoteApplicationBag })).toMatchObject({
      roles: ['reader', 'writer'],
      extensions: [
        { name: 'citext', schema: 'extra' },
        { name: 'hstore', schema: 'public' },
        { name: 'uuid-ossp', schema: null },
      ],
    });
  });

  test.each([
    ['db', 'juju_app', { superuser: false, replication: false }],
    ['db-admin', 'jujuadmin_app', { superuser: true, replication: false }],
    ['master', 'jujurepl_app', { superuser: true, replication: true }],
  ] as const)('%s logs in as %s', (endpoint, user, attributes) => {
    expect(asked({ endpoint })).toMatchObject({ user, attributes });
  });

  test('without a unit, before its address is known, and when it is broken, nobody asks', () => {
    const silent: Partial<ClientRelation>[] = [
      { remoteUnits: {} },
      { remoteUnits: { 'app/0': {} } },
      { broken: true },
    ];
    for (const more of silent) {
      expect(readOf(relationOf(more))).toMatchObject({ requests: [], refused: [], problems: [] });
    }
  });

  test.each<[Record<string, string>, string]>([
    [{ database: 'template1' }, "is the server's own"],
    [{ database: 'x'.repeat(10_000) }, '10000 bytes'],
    [{ roles: 'postgres' }, 'reserved'],
    [{ roles: Array.from({ length: 101 }, (_, index) => `role${index}`).join(',') }, 'at most 100'],
    [{ extensions: 'citext:public,citext:other' }, 'two schemas'],
    [{ extensions: ':public' }, 'the name is empty'],
    [{ extensions: 'citext()' }, 'the name is empty'],
  ])('%j is refused', (bag, why) => {
    expect(problem(bag)).toContain(why);
  });
});
