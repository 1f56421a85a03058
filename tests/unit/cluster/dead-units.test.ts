import { describe, expect, test } from 'vitest';
import { cloneSource } from '../../../src/cluster/clone-source.ts';
import { checkFailover } from '../../../src/cluster/failover.ts';
import { decideLeader } from '../../../src/cluster/leader.ts';
import type { MemberFacts } from '../../../src/cluster/member-facts.ts';
import { memberSituation } from '../../../src/cluster/member-situation.ts';
import { checkSwitchover } from '../../../src/cluster/switchover.ts';
import type { LeaderView, Member } from '../../../src/cluster/view.ts';
import {
  absent,
  decided,
  empty,
  handingOver,
  leaderView,
  member,
  memberView,
  said,
  unit,
} from './examples.ts';

// Bags of units that may be gone: what is believed of them, and what is not.

const sees = (sendingTo: number[], change: Partial<MemberFacts> = {}): Member =>
  member(said(0, { sendingTo: sendingTo.map(unit), ...change }));
const refusal = (answer: ReturnType<typeof checkSwitchover>): string =>
  answer.decision === null ? answer.refusal : 'not refused';

describe('failover of the leader’s own server', () => {
  /** postgresql/0 leads and is the primary; its server is down. */
  const own = (change: Partial<MemberFacts> = {}, view: Partial<LeaderView> = {}): LeaderView =>
    leaderView({
      unit: unit(0),
      primaryAnswers: false,
      members: [
        member(said(0, { role: 'down', ...change })),
        member(said(1, { streamingFrom: null }), { answers: true }),
        member(said(2, { streamingFrom: null }), { answers: true }),
      ],
      ...view,
    });

  test('freezes without it', () => {
    expect(checkFailover(own(), true)).toMatchObject({
      decision: { kind: 'freeze', previous: unit(0), excluded: [unit(0)] },
    });
    expect(refusal(checkFailover(own(), false))).toMatch(/postgresql\/0 would be given up.*confirm=true/);
  });

  test('is refused while it takes sessions', () => {
    expect(refusal(checkFailover(own({ role: 'primary' }, { primaryAnswers: true }), true))).toMatch(
      /answers; use the action switchover/,
    );
  });

  test('is possible while a server that answers is said not to be a primary, and says so', () => {
    const view = own({ role: 'starting' }, { primaryAnswers: true });
    expect(refusal(checkFailover(view, false))).toMatch(/postgresql\/0 is starting.*would be given up/);
    expect(checkFailover(view, true)).toMatchObject({ decision: { kind: 'freeze' } });
  });
});

describe('failover', () => {
  test('is refused when all who have the data are dead too', () => {
    const members = [
      member(said(0), { answers: false }),
      member(empty(1)),
      member(said(2), { answers: false }),
    ];
    const view = leaderView({ primaryAnswers: false, members });
    expect(refusal(checkFailover(view, true))).toMatch(
      /only postgresql\/2 has the data of postgresql\/0, and does not answer; bring/,
    );
  });

  test('believes no member that was asked to look and has not: it may be in hook error', () => {
    const request = '2026-01-01T00:00:30Z';
    const asked = (ageSeconds: number, looked: string | null): LeaderView =>
      leaderView({
        primaryAnswers: false,
        look: { request, ageSeconds },
        members: [
          member(said(0), { answers: false }),
          member(said(1, { streamingFrom: null })),
          member(said(2, { looked }), { answers: true }),
        ],
      });
    const said2 = /postgresql\/2 has said that it streams/;
    expect(checkFailover(asked(10, null), true)).not.toHaveProperty('look');
    expect(refusal(checkFailover(asked(10, null), true))).toMatch(said2);
    expect(refusal(checkFailover(asked(40, request), true))).toMatch(said2);
    expect(checkFailover(asked(40, null), true)).toMatchObject({ decision: { kind: 'freeze' } });
    expect(checkFailover(asked(90, request), true)).toMatchObject({ look: true });
  });

  test('of a primary of which nothing is known names the way out', () => {
    const members = [{ ...member(said(0)), facts: null }, member(said(1, { streamingFrom: null }))];
    const view = leaderView({ primaryAnswers: null, members });
    expect(refusal(checkFailover(view, true))).toMatch(/postgresql\/0 has not reported.*remove-unit --force/);
  });
});

describe('switchover', () => {
  test('is refused to a unit that does not answer, whatever its bag says', () => {
    const members = [sees([1, 2]), member(said(1)), member(said(2), { answers: false })];
    expect(refusal(checkSwitchover(leaderView({ members }), unit(2)))).toMatch(
      /postgresql\/2 does not answer/,
    );
  });

  test('is refused to a unit that the primary does not see', () => {
    const members = [sees([1]), member(said(1)), member(said(2), { answers: true })];
    expect(refusal(checkSwitchover(leaderView({ members }), unit(2)))).toMatch(
      /does not stream from postgresql\/0/,
    );
  });

  test('is refused from a primary that does not answer', () => {
    const members = [
      sees([1, 2]),
      member(said(1, { streamingFrom: null })),
      member(said(2), { answers: true }),
    ];
    const view = leaderView({ members, primaryAnswers: false });
    expect(refusal(checkSwitchover(view, unit(2)))).toMatch(/postgresql\/0 does not answer.*failover/);
  });
});

describe('a copy is taken', () => {
  const view = (...others: Member[]) => memberSituation(memberView({ own: absent(), others }));
  const copying = (number: number, from: number) =>
    member(empty(number, { job: 'clone', jobFrom: unit(from) }));

  test('from no standby that the primary does not see', () => {
    const members = [sees([3, 4]), member(said(2)), copying(3, 0), copying(4, 0)];
    expect(cloneSource(view(...members))).toBeNull();
  });

  test('though units died that were taking a copy: their source does not see them', () => {
    const members = [sees([]), copying(3, 0), copying(4, 0)];
    expect(cloneSource(view(...members))?.unit).toBe(unit(0));
  });
});

describe('the heir of a primary that leaves', () => {
  const leaver = said(0, { role: 'stopped', position: '0/5000028', leaving: true });

  test('is one that answers', () => {
    const members = [
      member(leaver, { dying: true }),
      member(said(1), { answers: false }),
      member(said(2), { answers: true }),
      member(said(3), { answers: true }),
    ];
    expect(decideLeader(leaderView({ unit: unit(3), members })).decision?.primary).toBe(unit(2));
  });
});

test('a target that dies while the old primary stops ends the switchover, and the old one goes on', () => {
  const members = (old: Partial<MemberFacts>, answers: boolean) => [
    member(said(0, old)),
    member(said(1), { answers }),
    member(said(2)),
  ];
  const rule = (old: Partial<MemberFacts>, answers: boolean) =>
    decideLeader(leaderView({ unit: unit(2), decision: handingOver(), members: members(old, answers) }));
  const stopped = { role: 'stopped', position: '0/5000028' } as const;
  expect(rule(stopped, false)).toMatchObject({ rule: 131, decision: { primary: unit(0) } });
  expect(rule(stopped, true)).toMatchObject({ rule: 132, decision: { primary: unit(1) } });
  expect(rule({}, false).rule).toBe(134);
});

test('a unit that was given up counts again only when the primary sees it', () => {
  const decision = decided({ excluded: [unit(2)] });
  const rule = (sendingTo: number[]): number =>
    decideLeader(leaderView({ decision, members: [sees(sendingTo), member(said(1)), member(said(2))] })).rule;
  expect(rule([1])).not.toBe(160);
  expect(rule([1, 2])).toBe(160);
});
