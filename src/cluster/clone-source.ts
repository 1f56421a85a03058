/** Where a copy is taken from. */
import type { MemberFacts } from './facts.ts';
import { clonesPerSource } from './limits.ts';
import type { MemberCase } from './member-case.ts';

/**
 * The primary; when it is already busy with copies, the standby of the same cluster with the fewest. Null
 * when all are at their limit or the primary is not ready. What others copy is known from their bags, so the
 * limit is kept nearly, not exactly.
 */
export function cloneSource(c: MemberCase): MemberFacts | null {
  const { leading } = c;
  if (!c.leadingReady || leading === null) return null;
  const standbys = c.otherHolders.filter(
    (facts) =>
      facts.role === 'standby' &&
      facts.streamingFrom === leading.unit &&
      facts.systemIdentifier === leading.systemIdentifier &&
      facts.timeline === leading.timeline,
  );
  const busy = (unit: string): number =>
    c.others.filter((member) => member.facts?.jobFrom === unit && member.unit !== unit).length;
  const sources = [leading, ...standbys].filter((facts) => busy(facts.unit) < clonesPerSource);
  const free = sources.toSorted((left, right) => busy(left.unit) - busy(right.unit));
  return free[0] ?? null;
}
