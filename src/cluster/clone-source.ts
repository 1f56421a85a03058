/** Sources of a copy. */

import { clonesPerSource } from './limits.ts';
import type { MemberFacts } from './member-facts.ts';
import type { MemberSituation } from './member-situation.ts';
import { isListed, isStreaming } from './streams.ts';

/**
 * The primary; when it is already busy with copies, the standby of the same cluster with the fewest. Null
 * when all are at their limit or the primary is not ready. Copies of others are known from both ends' bags, so the
 * limit is kept nearly, not exactly, and nobody waits for a unit that died while it took one.
 */
export function cloneSource(s: MemberSituation): MemberFacts | null {
  const { leading } = s;
  if (!s.leadingReady || leading === null) return null;
  const standbys = s.otherHolders.filter(
    (facts) =>
      facts.streamingFrom === leading.unit &&
      isStreaming(facts, [leading]) &&
      facts.systemIdentifier === leading.systemIdentifier &&
      facts.timeline === leading.timeline,
  );
  const busy = (source: MemberFacts): number =>
    s.others.filter(({ unit, facts }) => facts?.jobFrom === source.unit && isListed(unit, source)).length;
  const sources = [leading, ...standbys].filter((source) => busy(source) < clonesPerSource);
  const free = sources.toSorted((left, right) => busy(left) - busy(right));
  return free[0] ?? null;
}
