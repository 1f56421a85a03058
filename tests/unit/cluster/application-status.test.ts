import { describe, expect, test } from 'vitest';
import { decideLeader } from '../../../src/cluster/leader.ts';
import type { MemberFacts } from '../../../src/cluster/member-facts.ts';
import type { LeaderView, Member } from '../../../src/cluster/view.ts';
import { decided, empty, leaderView, member, said, unit } from './examples.ts';

/** Status of the application, with its state. */
function shown(view: LeaderView): string {
  const { status } = decideLeader(view);
  return `${status.state}: ${status.message}`;
}

/** The primary, with the units whose connections it sees. */
const primary = (sendingTo: number[], change: Partial<MemberFacts> = {}): Member =>
  member(said(0, { sendingTo: sendingTo.map(unit), ...change }));
const standby = (number: number, change: Partial<MemberFacts> = {}): Member => member(said(number, change));

describe('the application counts as standbys', () => {
  test('those that say that they stream and that the primary sees', () => {
    const view = leaderView({ members: [primary([1, 2]), standby(1), standby(2)] });
    expect(shown(view)).toBe('active: 1 primary, 2 standbys');
  });

  test('not the one whose bag still says so and whose machine is dead, whoever leads', () => {
    for (const leader of [0, 1]) {
      const view = leaderView({ unit: unit(leader), members: [primary([1]), standby(1), standby(2)] });
      expect(shown(view)).toBe('active: 1 primary, 1 standby; postgresql/2 does not stream');
    }
  });

  test('not the only one', () => {
    const view = leaderView({ unit: unit(0), members: [primary([]), standby(1)] });
    expect(shown(view)).toBe('active: 1 primary; postgresql/1 does not stream');
  });

  test('not one that says itself that nothing comes, though the primary has not noticed', () => {
    const view = leaderView({ members: [primary([1, 2]), standby(1), standby(2, { streamingFrom: null })] });
    expect(shown(view)).toBe('active: 1 primary, 1 standby; postgresql/2 does not stream');
  });

  test('by their own word those of a primary that does not publish what it sees', () => {
    const view = leaderView({ members: [member(said(0)), standby(1), standby(2)] });
    expect(shown(view)).toBe('active: 1 primary, 2 standbys');
  });
});

test('the application names each other unit with its state', () => {
  const members = [
    primary([1, 2, 3]),
    standby(1),
    member(empty(2)),
    member(empty(3, { job: 'clone', jobFrom: unit(0) })),
    standby(4, { role: 'down', streamingFrom: null }),
    standby(5, { role: 'starting', streamingFrom: null }),
    member(said(6, { role: 'down', streamingFrom: null, job: 'rewind' })),
    { ...standby(7), facts: null },
    standby(8),
  ];
  const view = leaderView({ decision: decided({ excluded: [unit(8)] }), members });
  expect(shown(view)).toBe(
    'active: 1 primary, 1 standby; postgresql/2 has no data yet; postgresql/3 takes a copy; postgresql/4 is down; ' +
      'postgresql/5 is starting; postgresql/6 is rewound; postgresql/7 has not reported; postgresql/8 was given up',
  );
});

describe('the primary', () => {
  test('of which the leader has no stream and no answer is not called one', () => {
    const members = [primary([1, 2]), standby(1, { streamingFrom: null }), standby(2)];
    expect(shown(leaderView({ members, primaryAnswers: false }))).toBe(
      'blocked: postgresql/0 does not answer; to give it up, use the action failover',
    );
  });

  test('that is named and dead before it has taken over is said not to answer', () => {
    const members = [standby(0, { role: 'standby', epoch: 2 }), standby(1, { streamingFrom: null })];
    expect(shown(leaderView({ members, primaryAnswers: false }))).toMatch(
      /^blocked: postgresql\/0 does not answer/,
    );
  });

  test('whose server does not start is named with the reason', () => {
    const problem = 'PostgreSQL does not start: FATAL: No space left on device (free or add space)';
    const members = [primary([], { role: 'down', problem }), standby(1, { streamingFrom: null })];
    for (const leader of [0, 1]) {
      const view = leaderView({ unit: unit(leader), members, primaryAnswers: false });
      expect(shown(view)).toBe(`blocked: postgresql/0: ${problem}; to give it up, use the action failover`);
    }
  });

  test('that is starting is waited for', () => {
    const members = [primary([], { role: 'starting' }), standby(1)];
    expect(shown(leaderView({ members }))).toBe('waiting: No primary yet: postgresql/0 is starting');
  });
});
