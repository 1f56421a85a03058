/** Juju's answers at the start of a hook hold for so long; later decisions are left to a fresh hook. */
import { wakeAfter } from './goal.ts';
import type { LeaderOutcome } from './leader.ts';
import { fenceSeconds, leadershipSeconds } from './limits.ts';
import type { MemberOutcome } from './member.ts';
import type { MemberView } from './view.ts';

/** True when leadership can have changed hands and come back, `askedSeconds` after Juju was asked for it. */
export function isTooLateToDecide(askedSeconds: number): boolean {
  return askedSeconds > leadershipSeconds;
}

/**
 * Returns the leader's outcome, without its decision when Juju was asked too long ago: another leader may have decided meanwhile, and be
 * leader no more when this hook commits, so that two decisions would have one epoch.
 */
export function leadInTime(outcome: LeaderOutcome, askedSeconds: number): LeaderOutcome {
  if (!isTooLateToDecide(askedSeconds) || outcome.decision === null) return outcome;
  return { ...outcome, decision: null, watch: wakeAfter(1) };
}

/**
 * Seconds after Juju was asked within which a server here may begin to accept writes; null when that does not matter. Later, another may
 * have been promoted: its leader waited for as long as the fence of this one needs.
 */
export function writesBeginWithin(view: MemberView, outcome: MemberOutcome): number | null {
  const begins = outcome.goal.kind === 'run-primary' || outcome.goal.kind === 'promote';
  return begins && view.others.length > 0 ? fenceSeconds : null;
}
