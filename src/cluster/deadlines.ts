/** What Juju said when a hook began holds for so long; what comes later is left to a fresh hook. */
import { wakeAfter } from './goal.ts';
import type { LeaderOutcome } from './leader.ts';
import { fenceSeconds, leadershipSeconds } from './limits.ts';
import type { MemberOutcome } from './member.ts';
import type { MemberView } from './view.ts';

/** Whether leadership can have changed hands and come back, `askedSeconds` after Juju was asked for it. */
export function isTooLateToDecide(askedSeconds: number): boolean {
  return askedSeconds > leadershipSeconds;
}

/**
 * What the leader does `askedSeconds` after Juju was asked. Later another leader may have decided meanwhile, and be leader no more when
 * this hook commits: two decisions would have one epoch.
 */
export function leadInTime(outcome: LeaderOutcome, askedSeconds: number): LeaderOutcome {
  if (!isTooLateToDecide(askedSeconds) || outcome.decision === null) return outcome;
  return { ...outcome, decision: null, watch: wakeAfter(1) };
}

/**
 * How many seconds after Juju was asked a server here may begin to accept writes; null when that does not matter. Later, another may have
 * been promoted: its leader waited for as long as the fence of this one needs.
 */
export function writesBeginWithin(view: MemberView, outcome: MemberOutcome): number | null {
  const begins = outcome.goal.kind === 'run-primary' || outcome.goal.kind === 'promote';
  return begins && view.others.length > 0 ? fenceSeconds : null;
}
