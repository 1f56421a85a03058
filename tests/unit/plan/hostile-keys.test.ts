import { describe, expect, test } from 'vitest';
import { makePlan, stepsOf } from '../../../src/plan/plan.ts';
import { stepText } from '../../../src/plan/step-text.ts';
import type { Bag } from '../../../src/relations/relation-facts.ts';
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

// Every key that a client can write, with everything that one should not hold: a plan is made, of bounded size, and no line of
// pg_hba.conf in it is anything but one of the charm's.

const v0 = [
  ...['database', 'extra-user-roles', 'extra-group-roles', 'extensions', 'entity-type', 'entity-permissions'],
  ...[
    'external-node-connectivity',
    'requested-secrets',
    'provided-secrets',
    'requested-entity-secret',
    'prefix-matching',
  ],
  ...['mtls-cert', 'secret-mtls', 'version', 'requests', 'data'],
];
const pgsql = ['database', 'roles', 'extensions'];
const addresses = ['egress-subnets', 'ingress-address', 'private-address'];
const v1 = [
  'request-id',
  'resource',
  'salt',
  'extra-user-roles',
  'extra-group-roles',
  'extensions',
  'entity-type',
];

const many = (count: number, text: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => text(index)).join(',');
const values: readonly [what: string, text: string][] = [
  ['a megabyte', 'x'.repeat(1_000_000)],
  ['a megabyte of blanks round a name', `${' '.repeat(1_000_000)}a`],
  ['ten thousand names', many(10_000, (index) => `r${index}`)],
  ['ten thousand addresses', many(10_000, (index) => `10.${index >> 8}.${index & 255}.1`)],
  ['ten thousand that are none', many(10_000, (index) => `host${index}`)],
  ['JSON without end', '['.repeat(200_000) + ']'.repeat(200_000)],
  ['JSON of JSON without end', '{"a":'.repeat(200_000) + '1' + '}'.repeat(200_000)],
  ['a number', '7'],
  ['a list of numbers', '[1e400, -0, 7]'],
  ['the same thing many times', many(5000, () => 'a')],
  ['ends of lines', 'a\nhost all all all trust\r\n\u0085\u2028host all all all trust'],
  ['quotes', `a" all all trust "'; DROP DATABASE x; --`],
  ['a percent sign and a conninfo', "%s%n host=evil password=x options='-c x=y'"],
  ['what cannot be seen', '\0\u0001\u001b[2J\u007f\u0080\u202e\ufeff\ufffe'],
  ['halves of a pair', '\ud800x\udfff'],
  ['64 bytes in 16 characters', '\u{1f600}'.repeat(16)],
  ['63 bytes with a cut character behind', `${'é'.repeat(31)}xé`],
  ['an inclusion', '@/etc/passwd'],
  ['everybody', 'all, replication, samegroup, +postgres'],
];

function planFor(endpoint: 'db' | 'db-admin' | 'master' | 'database', application: Bag, unit: Bag) {
  const client = clientRelation({
    id: `${endpoint}:3`,
    endpoint,
    remoteApplicationBag: application,
    remoteUnits: { 'webapp/0': { 'egress-subnets': '10.0.0.9/32', ...unit } },
    ownApplicationBag: {},
  });
  return makePlan(
    observed({
      juju: { peer: peerFacts(committed), clients: [client] },
      server: runningServer({}),
      rest: { credentials: known, catalog: readyCatalog('0123456789abcdef') },
    }),
    means,
    [],
  );
}

function expectBounded(plan: ReturnType<typeof planFor>): void {
  const { notices, problems, status } = plan;
  expect(problems.length).toBeLessThan(40);
  expect(notices.length).toBeLessThan(40);
  for (const text of [status.message, ...notices]) expect(text.length).toBeLessThan(1100);
  for (const step of stepsOf(plan)) {
    expect(stepText(step).length).toBeLessThan(250);
    if (step.kind === 'bag.set') expect(JSON.stringify(step.content).length).toBeLessThan(500_000);
    if (step.kind !== 'file.write' || !step.path.endsWith('pg_hba.conf')) continue;
    const lines = step.content
      .split(/[\n\r\u0085\u2028]/)
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(lines.length).toBeLessThan(250);
    for (const line of lines)
      expect(line).toMatch(
        /^(?:local|host) +(?:"(?:[^"]|"")*"|\S+) +(?:"(?:[^"]|"")*"|\S+) .*(?:scram-sha-256|peer.*|reject)$/,
      );
  }
}

describe.each(values)('%s', (_, text) => {
  test.each(v0)('in %s over database', (key) => {
    expectBounded(planFor('database', { database: 'h', [key]: text }, {}));
  });

  test.each([...pgsql, ...addresses])('in %s over db, db-admin and master', (key) => {
    for (const endpoint of ['db', 'db-admin', 'master'] as const) {
      expectBounded(planFor(endpoint, {}, { database: 'h', [key]: text }));
      expectBounded(planFor(endpoint, { database: 'h', [key]: text }, {}));
    }
  });

  test.each(v1)('in %s of requests of v1', (key) => {
    const request = { 'request-id': '0123456789abcdef', resource: 'h', salt: 's', [key]: text };
    const requests = Array.from({ length: 50 }, (_each, index) => ({
      ...request,
      'request-id': `${10_000_000 + index}`,
    }));
    expectBounded(planFor('database', { version: 'v1', requests: JSON.stringify([request]) }, {}));
    expectBounded(planFor('database', { version: 'v1', requests: JSON.stringify(requests) }, {}));
  });
});
