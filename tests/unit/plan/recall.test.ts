import { describe, expect, test } from 'vitest';
import { encodeMember } from '../../../src/cluster/bags/member.ts';
import { recalled } from '../../../src/plan/members/recall.ts';
import { emptyMemory } from '../../../src/plan/memory.ts';
import { blaming } from '../../../src/plan/step.ts';
import { withoutPromises } from '../../../src/plan/unremembered.ts';
import { absentServer } from '../../../src/server/absent-server.ts';
import type { ServerFacts } from '../../../src/server/server-facts.ts';
import { cut, memory, said, system } from '../cluster/examples.ts';
import { observed, peerFacts } from './examples/observations.ts';

const unit = 'postgresql/1';
const fresh = emptyMemory(unit);
const withOwn = (own: Record<string, string>) => ({ peer: peerFacts({}, { own }) });

describe('a memory that is lost', () => {
  test('is taken from what the unit has published', () => {
    const own = {
      ...encodeMember(cut(1, '0/5000000', { epoch: 7, lineage: 'postgresql/0@1' })),
      passwords: 'juju_web:3',
    };
    expect(recalled(fresh, withOwn(own), absentServer)).toMatchObject({
      cluster: {
        seenEpoch: 7,
        doneEpoch: 7,
        systemIdentifier: system,
        noted: { timeline: 1, position: '0/5000000' },
        lineage: 'postgresql/0@1',
      },
      onServer: { juju_web: 3 },
    });
  });

  test('has the promise that was published', () => {
    const own = encodeMember(said(1, { epoch: 7, refused: 'Lacks WAL' }));
    expect(recalled(fresh, withOwn(own), absentServer).cluster.refused).toEqual({
      epoch: 7,
      why: 'Lacks WAL',
    });
  });

  test('is left as it is when there is one, or nothing was published', () => {
    const kept = { ...fresh, cluster: memory() };
    expect(recalled(kept, withOwn(encodeMember(said(1, { epoch: 7 }))), absentServer)).toBe(kept);
    expect(recalled(fresh, withOwn({ 'ingress-address': '10.0.0.1' }), absentServer)).toBe(fresh);
    expect(recalled(fresh, { peer: null }, absentServer)).toBe(fresh);
  });

  test('takes data for half rewound when the state of the last copy is lost too, unless it cannot be', () => {
    const control = { systemIdentifier: system, checkpointPosition: '0/1', checkpointTimeline: 1 };
    const unread = { ...absentServer, hasData: true, unknown: { copy: 'job.json is damaged' } };
    const halfRewound = (server: Partial<ServerFacts>): boolean =>
      recalled(fresh, withOwn(encodeMember(said(1, { epoch: 7 }))), { ...unread, ...server }).cluster
        .halfRewound;
    expect(halfRewound({ state: 'down', control: { ...control, state: 'shut down' } })).toBe(true);
    expect(halfRewound({ state: 'down' })).toBe(true);
    // A rewind begins after a clean stop, and half rewound data is never started.
    expect(halfRewound({ state: 'down', control: { ...control, state: 'in production' } })).toBe(false);
    expect(halfRewound({ state: 'running' })).toBe(false);
    expect(halfRewound({ state: 'down', unknown: {} })).toBe(false);
  });
});

test('a unit that cannot note its promises stops its server if it must, and starts none', () => {
  const { juju } = observed({ juju: withOwn({}) });
  const safety = blaming([
    { kind: 'server.stop', checkpoint: true, why: 'it is not to run' },
    { kind: 'server.start', why: 'it is down' },
    { kind: 'server.promote', why: 'it is to be the primary' },
  ]);
  expect(withoutPromises({ name: 'safety', steps: safety }, { juju }).steps.map(({ kind }) => kind)).toEqual([
    'server.stop',
  ]);
  const bags = blaming([
    { kind: 'bag.set', relation: 'replication:0', owner: 'unit', content: { role: 'primary' } },
    { kind: 'bag.set', relation: 'replication:0', owner: 'application', content: { decision: '{}' } },
    { kind: 'bag.set', relation: 'db:3', owner: 'unit', content: { state: 'master' } },
  ]);
  expect(withoutPromises({ name: 'publication', steps: bags }, { juju }).steps).toEqual(bags.slice(1));
});
