/** Running an action: it decides, its steps are taken, and the task says how that ended. */
import type { ActionOutcome } from '../actions/action.ts';
import { actions } from '../actions/index.ts';
import { decisionKey } from '../cluster/bags/decision.ts';
import { isTooLateToDecide } from '../cluster/deadlines.ts';
import { actionFail, actionGet, actionSet } from '../juju/actions.ts';
import { claimStatus } from '../plan/claim.ts';
import type { Step } from '../plan/step.ts';
import { entryOf } from '../server/entry-of.ts';
import { errorText } from '../system/failed-looks.ts';
import { hookSeconds, observeRound, type PassContext } from './context.ts';
import { carryOut, isBug, take } from './take.ts';

const tooSlow = 'this unit is too slow just now, and leadership may have moved meanwhile; run it again';
const notLeader = 'leadership has moved to another unit meanwhile; run it again, on the leader';

/**
 * Runs an action and reports its end. No pass follows in this process: the sooner it ends, the sooner Juju commits what an operator has
 * decided, and nothing that comes after can take it back when the task has said that it is done. Throws for a bug of the charm.
 */
export async function runAction(name: string, context: PassContext): Promise<void> {
  const action = entryOf(actions, name);
  const unclaimed = claimStatus(context);
  if (unclaimed !== null) return actionFail(unclaimed.message);
  if (action === undefined) return actionFail(`this charm has no action "${name}"`);
  try {
    const outcome = await action(await actionGet(), () => observeRound(context));
    await report(outcome, context);
  } catch (error) {
    if (isBug(error)) throw error;
    await actionFail(`${errorText(error)}; run it again when that is mended`);
  }
}

async function report(outcome: ActionOutcome, context: PassContext): Promise<void> {
  const problem = await takeAll(outcome.steps, context);
  if ('refusal' in outcome) return actionFail(outcome.refusal);
  return problem === null ? actionSet(outcome.results) : actionFail(problem);
}

/** Takes the steps until one cannot be taken. Returns why, null when all are. */
async function takeAll(steps: readonly Step[], context: PassContext): Promise<string | null> {
  for (const step of steps) {
    if (decides(step) && isTooLateToDecide(hookSeconds(context))) return tooSlow;
    // Without a wake the next event acts on what has been written: the action has done its part.
    if (step.kind === 'wake.self') await take(step, context, { rules: [] });
    else await carryOut(step, context);
    if (!isWritten(step, context)) return notLeader;
  }
  return null;
}

function decides(step: Step): boolean {
  return step.kind === 'bag.set' && step.owner === 'application' && decisionKey in step.content;
}

/** Nothing is written for the application by a unit that does not lead any more. */
function isWritten(step: Step, { juju }: PassContext): boolean {
  return step.kind !== 'bag.set' || step.owner !== 'application' || juju?.leader === true;
}
