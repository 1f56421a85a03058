/** The loop of a pass: observe, plan, apply, until the plan is empty. */
import { jujuLog } from '../juju/status.ts';
import { isTooLate } from '../plan/deadlines.ts';
import { blameKey } from '../plan/lanes/lane.ts';
import { type Plan, planOf, stepsOf } from '../plan/plan.ts';
import { type FailedStep, type PlannedStep, type Step, stepKey } from '../plan/step.ts';
import { hookSeconds, observeRound, type PassContext, remember } from './context.ts';
import { showStatus } from './show-status.ts';
import { take } from './take.ts';

/** Rounds a pass may take. A pass that is not done by then goes on in a later hook, which it asks for. */
const ROUND_LIMIT = 10;
/** How often one step may be taken in a pass: one that is asked for again and again has no effect, and others wait for it. */
const TAKEN_LIMIT = 2;

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
  const failed: FailedStep[] = [];
  const taken = new Map<string, number>();
  for (let round = 1; ; round += 1) {
    const plan = planOf(await observeRound(context), failed);
    await remember(context, plan.memory);
    for (const notice of plan.notices) await jujuLog('WARNING', notice);
    const settled = stepsOf(plan).length === 0;
    if (settled || round > ROUND_LIMIT) {
      if (!settled) await take(goOnLater, context, plan);
      await showStatus(context, plan);
      return { plan, failed, settled, quiet: settled && round === 1 };
    }
    await jujuLog('DEBUG', `round ${round}: rules ${plan.rules.join(', ')}`);
    if (!(await takeLanes(context, plan, failed, taken))) {
      await take(goOnAfresh, context, plan);
      await showStatus(context, plan);
      return { plan, failed, settled: false, quiet: false };
    }
  }
}

/** Takes the steps of all lanes. False when one of them has to be left to a fresh hook. */
async function takeLanes(
  context: PassContext,
  plan: Plan,
  failed: FailedStep[],
  taken: Map<string, number>,
): Promise<boolean> {
  for (const { steps } of plan.lanes) {
    const blamed = new Set<string>();
    for (const step of steps) {
      // A step after one that failed may rest on it, unless it concerns another object.
      if (blamed.has(blameKey(step.blames))) continue;
      if (isTooLate(step, plan, hookSeconds(context))) return false;
      const reason = await takeCounted(step, context, plan, taken);
      if (reason === null) continue;
      failed.push({ step, reason });
      blamed.add(blameKey(step.blames));
    }
  }
  return true;
}

async function takeCounted(
  step: PlannedStep,
  context: PassContext,
  plan: Plan,
  taken: Map<string, number>,
): Promise<string | null> {
  const key = stepKey(step);
  const times = taken.get(key) ?? 0;
  if (times >= TAKEN_LIMIT) return 'it was done again and again and changes nothing';
  taken.set(key, times + 1);
  return take(step, context, plan);
}
