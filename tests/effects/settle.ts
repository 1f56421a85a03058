/** Rounds of a pass on a machine on which nothing else happens. */
import { type Attempts, type Means, makePlan, type Observation, type Plan, stepsToTake } from '../shipped.ts';
import { after } from './index.ts';

const roundLimit = 15;

export interface Settled {
  readonly observation: Observation;
  readonly plan: Plan;
  /** Kinds of the steps in the order in which they were taken. */
  readonly taken: readonly string[];
}

/** Plans and takes steps until there is nothing left to do. Throws when there is no end to it. */
export function settle(start: Observation, means: Means): Settled {
  const attempts: Attempts = { failed: [], taken: new Map() };
  const taken: string[] = [];
  let observation = start;
  for (let round = 0; round < roundLimit; round += 1) {
    const plan = makePlan(observation, means, attempts.failed);
    observation = { ...observation, memory: plan.memory };
    const before = taken.length;
    const steps = stepsToTake(plan, attempts, () => 0);
    for (let next = steps.next(); next.done !== true; next = steps.next(null)) {
      taken.push(next.value.kind);
      observation = after(observation, next.value);
    }
    if (taken.length === before) return { observation, plan, taken };
  }
  throw new Error(`it does not settle: ${taken.join(' ')}`);
}

/** As Juju has it after the hook: what was written is committed. */
export function commit(observation: Observation): Observation {
  const { juju } = observation;
  if (juju.peer === null) return observation;
  return { ...observation, juju: { ...juju, peer: { ...juju.peer, committed: juju.peer.application } } };
}
