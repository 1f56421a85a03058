/**
 * Standbys that clients may read from: those that stream from the present primary. Each change of them is a new answer to every client, so
 * one whose stream breaks stays for a while: a restart takes two seconds.
 */
import { type Watch, wakeAfter } from '../../cluster/goal.ts';
import type { MemberFacts } from '../../cluster/member-facts.ts';
import { isStreaming } from '../../cluster/streams.ts';
import { entryOf } from '../../server/entry-of.ts';
import { secondsSince } from '../elapsed.ts';
import type { Memory } from '../memory.ts';
import { once } from '../once.ts';
import type { Situation } from '../situation.ts';
import { primaryUnit } from './primary.ts';

/** Time for which a standby is still named after its stream was seen broken. */
export const breakSeconds = 15;

/**
 * Standbys that have streamed since they became members, each with the moment since when its stream is seen broken (null: it streams).
 * Without a primary nobody can stream, and all stays as it was.
 */
export const readersSeen = once((situation: Situation): Memory['readers'] => {
  const { observation, reading } = situation;
  const { memory, now } = observation;
  const primary = primaryUnit(situation);
  const excluded = reading.peers.decision?.excluded ?? [];
  const all = members(situation);
  const spoken = all.map((member) => member.facts);
  const candidates = all.filter(
    ({ unit, facts, leaves }) => unit !== primary && !leaves && !excluded.includes(unit) && mayRead(facts),
  );
  return Object.fromEntries([
    ...unreadBefore(situation),
    ...candidates.flatMap(({ unit, facts }): Entry[] => {
      const before = entryOf(memory.readers, unit);
      if (primary === null) return before === undefined ? [] : [[unit, before]];
      // Its bag says so, and the primary lists it: a bag outlives its unit.
      if (facts.streamingFrom === primary && isStreaming(facts, spoken)) return [[unit, null]];
      return before === undefined ? [] : [[unit, before ?? now]];
    }),
  ]);
});

type Entry = [unit: string, broken: Memory['readers'][string]];

/** Members whose bags cannot be understood, as they were: such a bag tells nothing new of its unit. */
function unreadBefore({ observation, reading: { peers } }: Situation): Entry[] {
  return peers.others.flatMap(({ unit, unread, dying }): Entry[] => {
    const before = entryOf(observation.memory.readers, unit);
    const isGone = dying || peers.decision?.excluded.includes(unit) === true;
    return unread === null || isGone || before === undefined ? [] : [[unit, before]];
  });
}

/** Of {@link readersSeen} those that clients are told of. */
export function readers(situation: Situation): readonly string[] {
  const { now } = situation.observation;
  return Object.entries(readersSeen(situation)).flatMap(([unit, broken]) => {
    if (broken === null) return [unit];
    const seconds = secondsSince(broken, now);
    return seconds !== null && seconds < breakSeconds ? [unit] : [];
  });
}

/** Wakes the charm when the time of a standby is over whose stream is broken. */
export function readersWatch(situation: Situation): Watch | null {
  const { now } = situation.observation;
  const left = Object.values(readersSeen(situation)).flatMap((broken) => {
    const seconds = broken === null ? null : secondsSince(broken, now);
    return seconds !== null && seconds < breakSeconds ? [breakSeconds - seconds] : [];
  });
  return left.length === 0 ? null : wakeAfter(Math.ceil(Math.min(...left)));
}

interface Candidate {
  readonly unit: string;
  readonly facts: MemberFacts;
  readonly leaves: boolean;
}

function members({ observation, reading, report }: Situation): Candidate[] {
  const { event, juju } = observation;
  const others = reading.peers.others.flatMap(({ unit, facts, dying }) =>
    facts === null ? [] : [{ unit, facts, leaves: dying }],
  );
  return [{ unit: event.unit, facts: report, leaves: juju.leaving }, ...others];
}

/** A former primary that is dead says for ever that it is one; one without data, or stopped for good, is none to come back soon. */
function mayRead({ role }: MemberFacts): boolean {
  return role === 'standby' || role === 'starting' || role === 'down';
}
