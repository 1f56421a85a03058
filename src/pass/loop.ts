/** The loop of a pass: observe, plan, apply, until the plan is empty. */
import { jujuLog } from '../juju/status.ts';
import { type Attempts, stepsToTake } from '../plan/lanes/taking.ts';
import { type Plan, planOf, stepsOf } from '../plan/plan.ts';
import type { FailedStep, Step } from '../plan/step.ts';
import { hookSeconds, observeRound, type PassContext, rememberPlan } from './context.ts';
import { showStatus } from './show-status.ts';
import { take } from './take.ts';

/** Rounds a pass may take. A pass that is not done by then goes on in a later hook, which it asks for. */
const ROUND_LIMIT = 10;

const goOnLater: Step = {
  kind: 'job.start',
  request: { job: 'watch', until: { event: 'elapsed' }, limitSeconds: 30 },
};
const goOnAfresh: Step = {
  kind: 'wake.self',
  why: 'Juju was asked too long ago for a server to begin to write',
};

export interface PassOutcome {
  readonly plan: Plan;
  readonly failed: readonly FailedStep[];
  readonly settled: boolean;
  /** There was nothing to do at all. */
  readonly quiet: boolean;
}

/** Runs one pass. Throws only for a defect of the charm or when Juju's commands fail: both are hook errors, which Juju retries. */
export async function runPass(context: PassContext): Promise<PassOutcome> {
  const attempts: Attempts = { failed: [], taken: new Map() };
  const { failed } = attempts;
  for (let round = 1; ; round += 1) {
    const plan = await planRound(context, failed);
    for (const notice of plan.notices) await jujuLog('WARNING', notice);
    const isDone = stepsOf(plan).length === 0;
    if (isDone || round > ROUND_LIMIT) {
      if (!isDone) await take(goOnLater, context, plan);
      await showStatus(context, plan);
      const settled = isDone && plan.unknown.length === 0;
      return { plan, failed, settled, quiet: settled && round === 1 };
    }
    await jujuLog('DEBUG', `round ${round}: rules ${plan.rules.join(', ')}`);
    if (!(await takeLanes(context, plan, attempts))) {
      await take(goOnAfresh, context, plan);
      await showStatus(context, plan);
      return { plan, failed, settled: false, quiet: false };
    }
  }
}

/** The plan of a round. Where its promises cannot be noted, one without the steps that rest on them. */
async function planRound(context: PassContext, failed: readonly FailedStep[]): Promise<Plan> {
  const situation = await observeRound(context);
  const plan = planOf(situation, failed);
  if (await rememberPlan(context, plan.memory)) return plan;
  const unknown = { ...situation.observation.unknown, ...context.unknown };
  return planOf({ ...situation, observation: { ...situation.observation, unknown } }, failed);
}

/** Takes the steps of all lanes. False when one of them has to be left to a fresh hook. */
async function takeLanes(context: PassContext, plan: Plan, attempts: Attempts): Promise<boolean> {
  const steps = stepsToTake(plan, attempts, () => hookSeconds(context));
  let next = steps.next();
  while (next.done !== true) next = steps.next(await take(next.value, context, plan));
  return next.value;
}
