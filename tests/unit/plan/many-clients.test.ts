import { describe, expect, test } from 'vitest';
import { makePlan, type Plan, stepsOf } from '../../../src/plan/plan.ts';
import type { Step } from '../../../src/plan/step.ts';
import type { ClientRelation } from '../../../src/relations/relation-facts.ts';
import { readyCatalog } from '../../effects/catalog.ts';
import {
  clientRelation,
  committed,
  known,
  means,
  observed,
  options,
  peerFacts,
  runningServer,
  verdictsOf,
} from './examples/observations.ts';

// Two hundred relations at once: what is done for each does not depend on how many others there are, nor on what they say.

const catalog = readyCatalog('0123456789abcdef');

function honest(number: number): ClientRelation {
  const application = `app${number}`;
  const address = `10.1.${Math.floor(number / 200)}.${(number % 200) + 1}`;
  return clientRelation({
    id: `db:${number}`,
    remoteApplication: application,
    remoteUnits: { [`${application}/0`]: { 'egress-subnets': `${address}/32`, database: `data${number}` } },
  });
}

const spite = [
  { database: 'postgres' },
  { database: 'x'.repeat(100_000) },
  { database: 'fine', roles: 'postgres,juju_app1' },
  { database: 'fine', roles: Array.from({ length: 5000 }, (_, index) => `r${index}`).join(',') },
  { database: 'fine', extensions: 'hstore:one,hstore:two' },
];
const hostile = (number: number): ClientRelation =>
  clientRelation({
    ...honest(number),
    remoteUnits: { [`app${number}/0`]: { 'egress-subnets': '0.0.0.0/0', ...spite[number % spite.length] } },
  });

function planFor(clients: readonly ClientRelation[], files: Record<string, string | null> = {}) {
  return makePlan(
    observed({
      juju: { leader: true, peer: peerFacts(committed), clients: [...clients] },
      server: runningServer(files),
      rest: { credentials: known, catalog, verdicts: verdictsOf(options) },
    }),
    means,
    [],
  );
}

/** The steps of one lane. */
function laneOf({ lanes }: Plan, name: string): readonly Step[] {
  return lanes.find((lane) => lane.name === name)?.steps ?? [];
}

/** The files as the steps leave them. */
function written(steps: readonly Step[]): Record<string, string> {
  return Object.fromEntries(
    steps.flatMap((step) => (step.kind === 'file.write' ? [[step.path, step.content]] : [])),
  );
}

const range = (count: number, from = 0): number[] =>
  Array.from({ length: count }, (_, index) => from + index);
const everybody = range(200).map(honest);

describe('two hundred relations', () => {
  test('one more changes one file by one line and reloads once', () => {
    const before = written(stepsOf(planFor(everybody)));
    const steps = laneOf(planFor([...everybody, honest(200)], before), 'files');
    expect(steps.map(({ kind }) => kind)).toEqual(['file.write', 'server.reload']);
    const [path = ''] = Object.keys(written(steps));
    const lines = (text: string | undefined) => (text ?? '').split('\n');
    const added = lines(written(steps)[path]).filter((line) => !lines(before[path]).includes(line));
    expect(added).toEqual(['host "data200" "juju_app200" 10.1.1.1/32 scram-sha-256']);
  });

  test('each gets the same steps as it would alone', () => {
    const all = laneOf(planFor(everybody), 'catalog');
    const alone = laneOf(planFor([honest(7)]), 'catalog');
    expect(alone.length).toBeGreaterThan(0);
    expect(all).toHaveLength(200 * alone.length);
    expect(all.filter((step) => 'relation' in step && step.relation === 'db:7')).toEqual(alone);
  });

  test('what the hostile half of them says concerns nobody else', () => {
    const good = range(100).map(honest);
    const mixed = [...good, ...range(100, 100).map(hostile)];
    const files = written(stepsOf(planFor(mixed)));
    expect(files).toEqual(written(stepsOf(planFor(good))));
    expect(planFor(mixed, files).lanes).toEqual(planFor(good, files).lanes);
    expect(planFor(mixed, files).status.message.length).toBeLessThan(500);
  });
});
