/** Members that hold data, those that may become primary, and the order among them. */
import type { MemberFacts } from './member-facts.ts';
import { comparePositions } from './position.ts';
import { compareUnits } from './units.ts';
import type { Member } from './view.ts';

/** True for a member that is gone or being removed, by Juju's list or its own report. */
export function isGoing(member: Member | undefined): boolean {
  return member === undefined || member.dying || member.facts?.leaving === true;
}

/** True for a member that has reported a clean stop after which its server will not start again. */
export function hasStoppedForGood(facts: MemberFacts | null): boolean {
  return facts !== null && facts.leaving && facts.role === 'stopped';
}

/** Facts of members that are there to stay and were heard of at least once. */
export function presentFacts(members: readonly Member[]): MemberFacts[] {
  const facts = members.flatMap((member) => (isGoing(member) ? [] : (member.facts ?? [])));
  return facts.sort((left, right) => compareUnits(left.unit, right.unit));
}

/** Orders by (timeline, position), furthest first; ties by unit number, lowest first. */
export function compareStanding(left: MemberFacts, right: MemberFacts): number {
  const timelines = (right.timeline ?? 0) - (left.timeline ?? 0);
  if (timelines !== 0) return timelines;
  return comparePositions(right.position, left.position) || compareUnits(left.unit, right.unit);
}

/** True when both have the same WAL. */
export function isLevel(left: MemberFacts, right: MemberFacts): boolean {
  return left.timeline === right.timeline && comparePositions(left.position, right.position) === 0;
}

/** The furthest of `candidates`; null when there are none. */
export function furthest(candidates: readonly MemberFacts[]): MemberFacts | null {
  return candidates.toSorted(compareStanding)[0] ?? null;
}

/** True when this member has reported its data for `epoch`: the end of its frozen WAL, or that it has none. */
export function hasReported(facts: MemberFacts, epoch: number): boolean {
  if (facts.epoch < epoch) return false;
  if (facts.role === 'none' || facts.refused !== null) return true;
  return canBeChosen(facts);
}

/** True when its report makes it a candidate: a standby cut off at a known position, or a primary stopped cleanly at one. */
export function canBeChosen(facts: MemberFacts): boolean {
  const fit = facts.role === 'standby' || facts.role === 'stopped';
  return fit && facts.position !== null && facts.refused === null;
}

/** The system identifiers among these members' data, each once. */
export function systemsOf(facts: readonly MemberFacts[]): string[] {
  return [...new Set(facts.flatMap((member) => member.systemIdentifier ?? []))].sort();
}
