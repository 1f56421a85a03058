/**
 * The end of manual_replication. While the option is on an operator moves roles, so the decision from before it says nothing when it is
 * reset. All stand by then, each unit says that it has looked again, and the leader records the primary that there is.
 */
import type { Decision, MemberFacts } from './member-facts.ts';
import type { LeaderView, Member } from './view.ts';

/** True when these facts speak of manual_replication since the decision was written. */
export function knowsManual(facts: MemberFacts | null, decision: Decision | null): boolean {
  return decision !== null && facts?.manual?.epoch === decision.epoch;
}

/** Set on after the decision was written, and off now: the decision says nothing any more. */
export function hasManualEnded({
  manual,
  members,
  decision,
}: Pick<LeaderView, 'manual' | 'members' | 'decision'>): boolean {
  return !manual && members.some(({ facts }) => knowsManual(facts, decision));
}

/** Members that hold data, as the primary of the decision does whatever it has said, and have not looked again. */
export function notLookedAgain(members: readonly Member[], decision: Decision | null): Member[] {
  return members.filter(({ unit, dying, facts }) => {
    const hasLooked = knowsManual(facts, decision) && facts?.manual?.ended === true;
    const holds = unit === decision?.primary || (facts?.systemIdentifier ?? null) !== null;
    return !dying && !hasLooked && holds;
  });
}

/** The newest timeline of a member's data: pg_control is behind after a promotion, its history file is not. */
export function latestTimeline({ timeline, history }: MemberFacts): number {
  return Math.max(timeline ?? 0, ...history.map((line) => line.timeline + 1));
}
