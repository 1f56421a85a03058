/** Bugs planted on purpose, to show that the simulation finds them. */

import { leaderRules } from '../../src/cluster/leader.ts';
import { type LeaderSituation, nextDecision } from '../../src/cluster/leader-situation.ts';
import { memberRules } from '../../src/cluster/member.ts';
import type { MemberFacts } from '../../src/cluster/member-facts.ts';
import { parsePosition } from '../../src/cluster/position.ts';
import type { LeaderRule } from '../../src/cluster/rules/leader/verdict.ts';
import type { Rules } from './world.ts';

const shipped: Rules = {
  leader: leaderRules,
  member: memberRules,
  bootsAlways: false,
  deletesBeforeClone: false,
  actsOnOwnDecision: false,
  asksLeadershipLate: false,
  fences: true,
  startsLate: false,
};

const without = <T extends { readonly id: number }>(rules: readonly T[], ...ids: number[]): T[] =>
  rules.filter((rule) => !ids.includes(rule.id));

const changed = <T extends { readonly id: number }>(
  rules: readonly T[],
  id: number,
  change: Partial<T>,
): T[] => rules.map((rule) => (rule.id === id ? { ...rule, ...change } : rule));

type Order = (left: MemberFacts, right: MemberFacts) => number;

/** Rule 141 with another order of the candidates. */
function electing(order: Order): readonly LeaderRule[] {
  const candidates = (c: LeaderSituation): MemberFacts[] =>
    c.holders
      .filter((facts) => facts.epoch >= (c.decision?.epoch ?? 0) && facts.position !== null)
      .filter((facts) => !c.decision?.excluded.includes(facts.unit))
      .toSorted(order);
  return changed(leaderRules, 141, {
    when: (c) => c.decision?.kind === 'freeze' && candidates(c).length > 0,
    verdict: (c) => ({
      decision: nextDecision(c, { kind: 'primary', primary: candidates(c)[0]?.unit ?? null }),
      status: null,
      watch: null,
    }),
  });
}

const bytes = (facts: MemberFacts): bigint => parsePosition(facts.position) ?? 0n;
const text = (facts: MemberFacts): string => facts.position ?? '';

/** By name: the rules with one bug in them. */
export const plants = {
  'smallest-position': { ...shipped, leader: electing((a, b) => (bytes(a) < bytes(b) ? -1 : 1)) },
  'position-as-text': { ...shipped, leader: electing((a, b) => (text(a) > text(b) ? -1 : 1)) },
  'before-all-reported': { ...shipped, leader: without(leaderRules, 140) },
  'old-epoch': { ...shipped, member: without(memberRules, 206) },
  'delete-before-clone': { ...shipped, deletesBeforeClone: true },
  'empty-unit-wins': {
    ...shipped,
    leader: without(leaderRules, 103),
    member: without(memberRules, 211, 212),
  },
  'start-unasked': { ...shipped, bootsAlways: true },
  'one-epoch-twice': {
    ...shipped,
    leader: changed(leaderRules, 132, {
      verdict: (c) => ({
        decision: nextDecision(c, {
          kind: 'primary',
          primary: c.decision?.target ?? null,
          epoch: c.decision?.epoch ?? 0,
        }),
        status: null,
        watch: null,
      }),
    }),
  },
  'late-leadership': { ...shipped, asksLeadershipLate: true },
  'own-decision': { ...shipped, actsOnOwnDecision: true },
  'promote-short': {
    ...shipped,
    member: changed(memberRules, 217, { when: (c) => c.part === 'named' && c.runsStandby }),
  },
  'diverged-follows': { ...shipped, member: without(memberRules, 248, 249) },
  'no-stop': { ...shipped, member: without(memberRules, 230) },
  'no-fence': { ...shipped, fences: false },
  'no-wait-for-fence': { ...shipped, leader: without(leaderRules, 147) },
  'late-start': { ...shipped, startsLate: true },
  'resume-alone': {
    ...shipped,
    member: changed(memberRules, 227, {
      verdict: () => ({
        goal: { kind: 'run-primary' },
        status: { state: 'waiting', message: 'Taking too long' },
        refuse: null,
        watch: null,
      }),
    }),
  },
  'freeze-uncut': {
    ...shipped,
    member: changed(memberRules, 233, {
      verdict: () => ({
        goal: { kind: 'hold' },
        status: { state: 'waiting', message: 'Frozen' },
        refuse: null,
        watch: null,
      }),
    }),
  },
} satisfies Record<string, Rules>;

export type Plant = keyof typeof plants;

/** The shipped rules, or those with the named bug. */
export function rulesWith(plant: Plant | null): Rules {
  return plant === null ? shipped : plants[plant];
}
