/** Taking the steps of a plan: lane by lane, none too late, none again and again. */
import { isTooLate } from '../deadlines.ts';
import type { Plan } from '../plan.ts';
import { type FailedStep, type PlannedStep, stepKey } from '../step.ts';
import { blameKey } from './lane.ts';

/** Limit of one step in a pass: a step that is asked for again and again has no effect, and others wait for it. */
const TAKEN_LIMIT = 2;

/** Record of a pass: the steps that did not work, and how often each was taken. */
export interface Attempts {
  readonly failed: FailedStep[];
  readonly taken: Map<string, number>;
}

/**
 * Yields the steps of all lanes in order; the caller answers with the reason it failed, null when it worked. Returns false when
 * a step has to be left to a fresh hook. `askedSeconds` tells how long ago Juju was asked.
 */
export function* stepsToTake(
  plan: Pick<Plan, 'lanes' | 'writesBeginWithinSeconds'>,
  { failed, taken }: Attempts,
  askedSeconds: () => number,
): Generator<PlannedStep, boolean, string | null> {
  for (const { steps } of plan.lanes) {
    const blamed = new Set<string>();
    for (const step of steps) {
      // A step after one that failed may rest on it, unless it concerns another object.
      if (blamed.has(blameKey(step.blames))) continue;
      if (isTooLate(step, plan, askedSeconds())) return false;
      const reason = isInVain(step, taken) ? 'it was done again and again and changes nothing' : yield step;
      if (reason === null) {
        // Another attempt has worked.
        const before = failed.findIndex((one) => stepKey(one.step) === stepKey(step));
        if (before >= 0) failed.splice(before, 1);
        continue;
      }
      failed.push({ step, reason });
      blamed.add(blameKey(step.blames));
    }
  }
  return true;
}

function isInVain(step: PlannedStep, taken: Map<string, number>): boolean {
  const key = stepKey(step);
  const times = taken.get(key) ?? 0;
  if (times >= TAKEN_LIMIT) return true;
  taken.set(key, times + 1);
  return false;
}
