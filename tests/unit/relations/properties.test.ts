import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Bag, ClientRelation } from '../../../src/relations/relation-facts.ts';
import { classicPrimary } from './readiness/classic.ts';
import { createdV0, createdV1 } from './readiness/data-interfaces.ts';
import { opsConnection } from './readiness/ops-charms.ts';
import { reactiveConnection } from './readiness/reactive.ts';
import {
  answerTo,
  bagOf,
  clusterOf,
  grantsOf,
  problemsIn,
  readOf,
  readyOn,
  relationOf,
  secretsOf,
  unitBag,
} from './scene.ts';

const KEYS = [
  'database',
  'roles',
  'extensions',
  'version',
  'requests',
  'requested-secrets',
  'extra-user-roles',
  'extra-group-roles',
  'entity-type',
  'entity-permissions',
  'egress-subnets',
  'ingress-address',
  'private-address',
  'data',
  '__proto__',
  'constructor',
];
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.json(),
  fc.constantFrom(
    'v1',
    'admin',
    'a,b',
    'citext:public',
    '10.0.0.0/8',
    '["username"]',
    '[{"request-id":"0123456789abcdef","resource":"d"}]',
    'x'.repeat(10_000),
  ),
);
const bag: fc.Arbitrary<Bag> = fc.dictionary(
  fc.oneof(fc.constantFrom(...KEYS), fc.string({ maxLength: 20 })),
  text,
  { maxKeys: 8 },
);
const endpoint = fc.constantFrom('db', 'db-admin', 'master', 'database');

const hostileRelation: fc.Arbitrary<ClientRelation> = fc
  .record({
    endpoint,
    remoteApplication: fc.oneof(fc.constant('app'), fc.string({ maxLength: 100 })),
    remoteApplicationBag: bag,
    remoteUnits: fc.dictionary(fc.oneof(fc.constantFrom('app/0', 'app/1', 'app/10'), fc.string()), bag, {
      maxKeys: 4,
    }),
    ownBag: bag,
    ownApplicationBag: fc.option(bag),
    broken: fc.boolean(),
  })
  .map((some) => relationOf({ id: `${some.endpoint}:3`, ...some }));

const cluster = (count: number, own = 0, id = 'db:3') =>
  clusterOf(count, own, {
    ready: readyOn(
      Array.from({ length: count }, (_, index) => `postgresql/${index}`),
      id,
    ),
  });

function reversed<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).toReversed());
}

describe('whatever strangers write', () => {
  test('nothing throws, and what is published is text without a password', () => {
    fc.assert(
      fc.property(hostileRelation, fc.integer({ min: 1, max: 3 }), (relation, count) => {
        const own = { password: 'hunter2hunter2', master: 'password=hunter2hunter2' };
        const seen = {
          ...relation,
          ownBag: { ...relation.ownBag, ...own },
          ownApplicationBag: { ...relation.ownApplicationBag, ...own },
        };
        const { grants, hba } = grantsOf([seen], ['CONNECT']);
        const problems = problemsIn([seen]);
        const answer = answerTo(seen, cluster(count, 0, seen.id), null);
        expect(JSON.stringify([answer, grants, hba, problems])).not.toContain('hunter2');
        for (const message of Object.values(problems).flat()) expect(message.length).toBeLessThan(600);
      }),
    );
  });

  test('the order of keys, units and relations is moot', () => {
    fc.assert(
      fc.property(hostileRelation, hostileRelation, (relation, other) => {
        const second = { ...other, id: `${other.endpoint}:9` };
        const turned = {
          ...relation,
          remoteApplicationBag: reversed(relation.remoteApplicationBag),
          remoteUnits: reversed(relation.remoteUnits),
        };
        expect(grantsOf([second, turned], [])).toEqual(grantsOf([relation, second], []));
        const view = cluster(3, 0, relation.id);
        expect(answerTo(turned, { ...view, servers: view.servers.toReversed() }, null)).toEqual(
          answerTo(relation, view, null),
        );
      }),
    );
  });
});

const name = fc.string({ unit: fc.constantFrom(...'abcxyz_'), minLength: 1, maxLength: 12 });
const extension = fc
  .tuple(name, fc.constantFrom('', ':public', '(public)'))
  .map(([one, schema]) => one + schema);
const list = (item: fc.Arbitrary<string>) =>
  fc
    .uniqueArray(item, { maxLength: 3, selector: (one) => one.split(/[:(]/)[0] })
    .map((items) => items.join(','));
const request = fc.record({
  database: fc.oneof(fc.constant(''), name),
  roles: list(name),
  extensions: list(extension),
});

describe('whatever is asked for and granted', () => {
  test('all three families of pgsql are ready on every unit of the cluster', () => {
    fc.assert(
      fc.property(request, fc.boolean(), fc.integer({ min: 1, max: 3 }), (asked, inUnits, count) => {
        const remoteUnits = {
          'app/0': unitBag('10.0.0.9', inUnits ? asked : {}),
          'app/1': unitBag('10.0.1.9', inUnits ? asked : {}),
        };
        const relation = relationOf({ remoteUnits, remoteApplicationBag: inUnits ? {} : asked });
        fc.pre(readOf(relation).requests.length > 0);
        const answers = Array.from({ length: count }, (_, own) =>
          answerTo(relation, cluster(count, own), null),
        );
        const bags = answers.map((answer) => bagOf(answer.unit));
        const client = { ...asked, unit: 'app/0', egress: ['10.0.0.9/32'] };
        expect(classicPrimary(bags, 'app/0', asked.database)).toMatchObject({ host: '10.0.0.1' });
        expect(reactiveConnection(bags, client)?.standbys).toHaveLength(count - 1);
        expect(opsConnection(bagOf(answers[0]?.application ?? null), bags, 'master', client)).toContain(
          'host=10.0.0.1 ',
        );
      }),
    );
  });

  test('postgresql_client is ready in both formats', () => {
    fc.assert(
      fc.property(
        name,
        fc.subarray(['username', 'password', 'tls', 'uris', 'read-only-uris']),
        fc.boolean(),
        (database, fields, secrets) => {
          const view = { ...cluster(2, 0, 'database:6'), secrets };
          const ask = (remoteApplicationBag: Bag) =>
            answerTo(
              relationOf({ id: 'database:6', endpoint: 'database', remoteApplicationBag }),
              view,
              null,
            );
          const v0 = ask({ database, 'requested-secrets': JSON.stringify(fields) });
          expect(createdV0(bagOf(v0.application), secretsOf(v0))).toMatchObject({
            endpoints: '10.0.0.1:5432',
            username: 'juju_app',
          });
          const v1 = ask({
            version: 'v1',
            requests: JSON.stringify([{ resource: database, 'request-id': '0123456789abcdef', salt: 's' }]),
          });
          expect(Object.keys(createdV1(bagOf(v1.application), secretsOf(v1)))).toEqual(
            secrets ? ['0123456789abcdef'] : [],
          );
        },
      ),
    );
  });
});
