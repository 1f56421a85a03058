/** Answers, or parts of them, that say nothing. */
import type { Answer, BagContent } from './relation-facts.ts';

/** Nothing to say on a relation now; what was said before stays. */
export const silentAnswer: Answer = { unit: null, application: null, secrets: [], answered: null };

/** Content that takes the keys back. */
export function withdrawn(keys: readonly string[]): BagContent {
  return Object.fromEntries(keys.map((key) => [key, '']));
}
