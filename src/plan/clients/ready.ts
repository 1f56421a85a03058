/** Requests that this unit has met. */

import { entryOf } from '../../server/entry-of.ts';
import { areRulesInForce } from '../../server/server-plan.ts';
import type { Situation } from '../situation.ts';
import { type ReadyMarks, readyIn } from './peer-notes.ts';

/**
 * Marks of the requests met here: all they ask for is there and the rules that admit the client are loaded. One that was met or answered
 * before stays as long as its client can log in: what it lacks now is on its way, or was taken by somebody else. While the server
 * cannot be looked at, all stays as it was.
 */
export function readyHere(situation: Situation): ReadyMarks {
  const { observation, reading, catalog, member } = situation;
  const before = readyIn(observation.juju.peer?.own);
  const isKnown = catalog !== null && member.clientRole !== null;
  const loaded = areRulesInForce(observation.server);
  return Object.fromEntries(
    reading.relations.flatMap(({ relation: { id, broken }, requests, answered }) => {
      const kept = entryOf(before, id) ?? [];
      if (broken) return [];
      if (!isKnown) return [[id, kept] as const];
      const met = entryOf(catalog.met, id) ?? [];
      const admitted = entryOf(catalog.admitted, id) ?? [];
      const old = new Set([...kept, ...answered.map(({ mark }) => mark)]);
      const marks = [...requests, ...answered].flatMap(({ mark }) =>
        (loaded && met.includes(mark)) || (old.has(mark) && admitted.includes(mark)) ? [mark] : [],
      );
      return [[id, marks] as const];
    }),
  );
}
