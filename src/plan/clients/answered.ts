/**
 * Requests over `database` that the application's answers have met, on the peer relation: answers are in bags that the leader alone can
 * read, and every unit has to keep what they promise.
 */

import { textsOf } from '../../relations/postgresql-client-text.ts';
import type { AnsweredTexts } from '../../relations/read-relation.ts';
import type { Answer } from '../../relations/relation-facts.ts';
import { entryOf } from '../../server/entry-of.ts';
import { isJsonList, isJsonObject, jsonObject, steadyJson } from '../../server/json.ts';
import { planBag } from '../bags.ts';
import type { Observation } from '../observation.ts';
import type { Step } from '../step.ts';

/** Key of the peer application bag: relation → requests as the client wrote them, as JSON. */
export const answeredKey = 'answered';

/** Reads the key. Never throws. */
export function answeredIn(bag: Readonly<Record<string, string>> | undefined): AnsweredTexts {
  return Object.fromEntries(
    Object.entries(jsonObject(bag?.[answeredKey]) ?? {}).map(([relation, texts]) => [
      relation,
      (isJsonList(texts) ? texts : []).filter(isJsonObject).map(textsOf),
    ]),
  );
}

/** The leader's step that keeps the key in line with its answers; of those that stay as they are it keeps what it had. */
export function planAnswered(
  observation: Observation,
  answers: readonly (readonly [relation: string, answer: Answer])[],
): Step[] {
  const { juju } = observation;
  if (!juju.leader || juju.peer === null) return [];
  const before = answeredIn(juju.peer.application);
  const texts = answers.flatMap(([relation, { answered }]) => {
    const met = answered ?? entryOf(before, relation) ?? [];
    return met.length > 0 ? [[relation, met] as const] : [];
  });
  const content = { [answeredKey]: texts.length === 0 ? '' : steadyJson(Object.fromEntries(texts)) };
  return planBag(observation, juju.peer.id, 'application', juju.peer.application, content, false);
}
