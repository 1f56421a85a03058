/** Streams between members. A bag outlives its unit, so one end's word is not enough. */
import type { MemberFacts } from './member-facts.ts';

/** True when a standby is known to stream: it reports so, and the member it names lists it (as far as that publishes such a list). */
export function isStreaming(facts: MemberFacts, members: readonly MemberFacts[]): boolean {
  const source = members.find(({ unit }) => unit === facts.streamingFrom);
  const sends = source?.role === 'primary' || source?.role === 'standby';
  return facts.role === 'standby' && sends && isListed(facts.unit, source);
}

/** True when `source` lists `unit` among those connected to it, or publishes no list. */
export function isListed(unit: string, source: MemberFacts): boolean {
  return source.sendingTo?.includes(unit) ?? true;
}
