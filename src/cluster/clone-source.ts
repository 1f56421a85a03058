/** Where a copy is taken from. */

import { clonesPerSource } from './limits.ts';
import type { MemberFacts } from './member-facts.ts';
import type { MemberSituation } from './member-situation.ts';

/**
 * The primary; when it is already busy with copies, the standby of the same cluster with the fewest. Null
 * when all are at their limit or the primary is not ready. What others copy is known from their bags, so the
 * limit is kept nearly, not exactly.
 */
export function cloneSource(s: MemberSituation): MemberFacts | null {
  const { leading } = s;
  if (!s.leadingReady || leading === null) return null;
  const standbys = s.otherHolders.filter(
    (facts) =>
      facts.role === 'standby' &&
      facts.streamingFrom === leading.unit &&
      facts.systemIdentifier === leading.systemIdentifier &&
      facts.timeline === leading.timeline,
  );
  const busy = (unit: string): number =>
    s.others.filter((member) => member.facts?.jobFrom === unit && member.unit !== unit).length;
  const sources = [leading, ...standbys].filter((facts) => busy(facts.unit) < clonesPerSource);
  const free = sources.toSorted((left, right) => busy(left.unit) - busy(right.unit));
  return free[0] ?? null;
}
