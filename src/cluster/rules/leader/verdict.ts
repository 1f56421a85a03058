/** The form of the leader's rules: numbered rules, the first that matches speaks. */

import type { Status, Watch } from '../../goal.ts';
import type { LeaderSituation } from '../../leader-situation.ts';
import type { Decision } from '../../member-facts.ts';
import type { Rule } from '../rule.ts';

export interface LeaderVerdict {
  /** The decision to write; null to leave the present one. */
  readonly decision: Decision | null;
  /** Shown as the application's status in place of the member count; null when all is as it should be. */
  readonly status: Status | null;
  readonly watch: Watch | null;
}

export type LeaderRule = Rule<LeaderSituation, LeaderVerdict>;

/** Writes `decision`. */
export function decide(decision: Decision): LeaderVerdict {
  return { decision, status: null, watch: null };
}

/** Writes nothing, and says why in the application's status. */
export function wait(message: string, watch: Watch | null = null): LeaderVerdict {
  return { decision: null, status: { state: 'waiting', message }, watch };
}

/** Writes nothing: only an operator can go on. */
export function block(message: string): LeaderVerdict {
  return { decision: null, status: { state: 'blocked', message }, watch: null };
}

/** All is as decided. */
export const steady: LeaderVerdict = { decision: null, status: null, watch: null };
