import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Observation } from '../../../src/plan/observation.ts';
import { makePlan, stepsOf } from '../../../src/plan/plan.ts';
import type { ClientRelation } from '../../../src/relations/relation-facts.ts';
import { readyCatalog } from '../../effects/catalog.ts';
import {
  clientRelation,
  committed,
  known,
  means,
  observed,
  peerFacts,
  runningServer,
} from './examples/observations.ts';

// Bags of strangers and options of operators may hold anything: a plan is made, and the same facts make the same plan.

const catalog = readyCatalog('0123456789abcdef');

const text = fc.oneof(
  fc.string({ maxLength: 80 }),
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.constant('{}'),
);
const bag = fc.dictionary(
  fc.constantFrom(
    'database',
    'roles',
    'extensions',
    'egress-subnets',
    'ingress-address',
    'requested-secrets',
    'requests',
    'extra-user-roles',
  ),
  text,
);
const relation = (number: number): fc.Arbitrary<ClientRelation> =>
  fc
    .record({
      endpoint: fc.constantFrom('db', 'db-admin', 'master', 'database'),
      application: fc.constantFrom('webapp', 'remote-0123456789abcdef0123456789abcdef', 'x'.repeat(80)),
      remoteApplicationBag: bag,
      unitBag: bag,
    })
    .map(({ endpoint, application, remoteApplicationBag, unitBag }) =>
      clientRelation({
        id: `${endpoint}:${number}`,
        endpoint,
        remoteApplication: application,
        remoteApplicationBag,
        remoteUnits: { [`${application}/0`]: unitBag },
      }),
    );
const options = fc.dictionary(
  fc.constantFrom(
    'version',
    'locale',
    'admin_addresses',
    'extra_pg_conf',
    'extra_pg_auth',
    'extra_packages',
    'idle_reap_secs',
  ),
  fc.oneof(text, fc.integer(), fc.boolean()),
);
const member = fc.dictionary(
  fc.constantFrom(
    'role',
    'epoch',
    'port',
    'host',
    'timeline',
    'history',
    'position',
    'settings',
    'ready',
    'addresses',
  ),
  fc.oneof(text, fc.constantFrom('primary', 'standby', '5432', '1', '0/3000000', '[]')),
);

const observation = fc
  .record({
    clients: fc.tuple(relation(3), relation(4), relation(5)),
    options,
    member,
    decision: fc.oneof(text, fc.constant(committed.decision)),
  })
  .map(
    (parts): Observation =>
      observed({
        juju: {
          options: parts.options,
          clients: parts.clients,
          peer: peerFacts(
            { ...committed, decision: parts.decision },
            { members: { 'postgresql/1': parts.member } },
          ),
        },
        server: runningServer({}),
        rest: { credentials: known, catalog },
      }),
  );

describe('for all observations', () => {
  test('a plan is made, and it is plain data', () => {
    fc.assert(
      fc.property(observation, (seen) => {
        const plan = makePlan(seen, means, []);
        expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
        expect(plan.status.message.length).toBeLessThanOrEqual(1000);
      }),
      { numRuns: 300 },
    );
  });

  test('the order of relations is moot', () => {
    fc.assert(
      fc.property(observation, (seen) => {
        const turned = { ...seen, juju: { ...seen.juju, clients: seen.juju.clients.toReversed() } };
        const steps = (of: Observation) =>
          stepsOf(makePlan(of, means, []))
            .map((step) => JSON.stringify(step))
            .toSorted();
        expect(steps(turned)).toEqual(steps(seen));
      }),
      { numRuns: 100 },
    );
  });

  test('a step that failed is not planned again in the same pass', () => {
    fc.assert(
      fc.property(observation, (seen) => {
        const failed = stepsOf(makePlan(seen, means, [])).map((step) => ({
          step,
          reason: 'it did not work',
        }));
        const again = stepsOf(makePlan(seen, means, failed)).map((step) => JSON.stringify(step));
        for (const { step } of failed) expect(again).not.toContain(JSON.stringify(step));
      }),
      { numRuns: 100 },
    );
  });
});
