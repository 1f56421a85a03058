/** Running an action: its parameters, the steps it asks for, its end. */
import type { Action } from '../actions/action.ts';
import { actions } from '../actions/index.ts';
import { execute } from '../apply/execute.ts';
import { decisionKey } from '../cluster/bags/decision.ts';
import { isTooLateToDecide } from '../cluster/deadlines.ts';
import { actionFail, actionGet, actionSet } from '../juju/actions.ts';
import type { Step } from '../plan/step.ts';
import { errorText } from '../system/failed-looks.ts';
import { hookSeconds, observeRound, type PassContext } from './context.ts';

const tooSlow = 'this unit is too slow just now, and leadership may have moved meanwhile; run it again';

/** Runs an action and reports its end. True when a pass is to follow. An action that cannot be carried out fails with the reason. */
export async function runAction(name: string, context: PassContext): Promise<boolean> {
  const action = actions[name];
  if (action === undefined) {
    await actionFail(`this charm has no action "${name}"`);
    return false;
  }
  try {
    return await endOf(action, context);
  } catch (error) {
    await actionFail(errorText(error));
    return false;
  }
}

async function endOf(action: Action, context: PassContext): Promise<boolean> {
  const outcome = await action(await actionGet(), () => observeRound(context));
  if (outcome.steps.some(decides) && isTooLateToDecide(hookSeconds(context))) {
    await actionFail(tooSlow);
    return false;
  }
  for (const step of outcome.steps) await execute(step, context);
  if ('refusal' in outcome) {
    await actionFail(outcome.refusal);
    return false;
  }
  await actionSet(outcome.results);
  return outcome.pass;
}

function decides(step: Step): boolean {
  return step.kind === 'bag.set' && step.owner === 'application' && decisionKey in step.content;
}
