/** The leader's rules: at most one new decision a pass. */

import { applicationStatus } from './application-status.ts';
import type { Status, Watch } from './goal.ts';
import { leaderSituation } from './leader-situation.ts';
import type { Decision } from './member-facts.ts';
import { frozenRules } from './rules/leader/frozen.ts';
import { goneRules } from './rules/leader/gone.ts';
import { handoverRules } from './rules/leader/handover.ts';
import { manualRules } from './rules/leader/manual.ts';
import { settledRules } from './rules/leader/settled.ts';
import { startRules } from './rules/leader/start.ts';
import type { LeaderRule } from './rules/leader/verdict.ts';
import type { LeaderView } from './view.ts';

/** All rules of the leader in the order they are asked. */
export const leaderRules: readonly LeaderRule[] = [
  ...startRules,
  ...manualRules,
  ...goneRules,
  ...handoverRules,
  ...frozenRules,
  ...settledRules,
];

export interface LeaderOutcome {
  readonly rule: number;
  /**
   * Decision for the application bag, at most one a hook; the leader's own server acts on it only in a later hook, when it is known to be
   * committed (so the pass wakes the charm).
   */
  readonly decision: Decision | null;
  readonly status: Status;
  readonly watch: Watch | null;
}

/** Returns the leader's decision. Total: every view has a rule. */
export function decideLeader(view: LeaderView, rules: readonly LeaderRule[] = leaderRules): LeaderOutcome {
  const s = leaderSituation(view);
  for (const rule of rules) {
    if (!rule.when(s)) continue;
    const verdict = rule.verdict(s);
    return {
      rule: rule.id,
      decision: verdict.decision,
      status: verdict.status ?? applicationStatus(s),
      watch: verdict.watch,
    };
  }
  return { rule: 170, decision: null, status: applicationStatus(s), watch: null };
}

/**
 * True when `unit`, the leader, has to act on its own decision as soon as that is committed, since no event tells it. In every other case
 * another unit acts first and publishes it, and a pass in between would only slow that one down where they share a machine.
 */
export function mustActOn(decision: Decision, unit: string): boolean {
  return decision.kind === 'freeze' || decision.primary === unit;
}
