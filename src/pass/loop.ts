/** The loop of a pass: observe, plan, apply, until the plan is empty. */
import { join } from 'node:path';
import { execute } from '../apply/execute.ts';
import { jujuLog } from '../juju/status.ts';
import { ToolError } from '../juju/tool.ts';
import { observe } from '../observe/gather.ts';
import { isTooLate } from '../plan/deadlines.ts';
import { fencedNotice } from '../plan/members/fence.ts';
import { rewoundNotice } from '../plan/members/rewind-notice.ts';
import { makePlan, type Plan } from '../plan/plan.ts';
import { showStatus } from '../plan/status.ts';
import { type FailedStep, type Step, stepText } from '../plan/step.ts';
import { nowIso } from '../system/clock.ts';
import { templateRenderer } from '../system/templates.ts';
import { type PassContext, remember } from './context.ts';

/** Rounds a pass may take. A pass that is not done by then goes on in a later hook, which it asks for. */
const ROUND_LIMIT = 10;

const goOnLater: Step = {
  kind: 'job.start',
  request: { job: 'watch', until: { event: 'elapsed' }, limitSeconds: 30 },
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
  const render = templateRenderer(join(context.charmDirectory, 'templates'));
  for (let round = 1; ; round += 1) {
    const observation = await observe(context);
    const plan = makePlan(observation, render, failed);
    await remember(context, plan.memory);
    const lost = rewoundNotice(observation, plan.memory);
    const fenced = fencedNotice(observation, plan.memory);
    for (const notice of [lost, fenced]) if (notice !== null) await jujuLog('WARNING', notice);
    if (plan.steps.length === 0 || round > ROUND_LIMIT) {
      if (plan.steps.length > 0) await execute(goOnLater, context);
      await showStatus(context, plan);
      const settled = plan.steps.length === 0;
      return { plan, failed, settled, quiet: settled && round === 1 };
    }
    await jujuLog('DEBUG', `round ${round}: rules ${plan.rules.join(', ')}`);
    for (const step of plan.steps) {
      if (isTooLate(step, plan, nowIso())) return goOnAfresh(context, plan, failed);
      const reason = await take(step, context, plan);
      if (reason === null) continue;
      failed.push({ step, reason });
      // What was planned after it may rest on it, unless it concerns another client.
      if (!('relation' in step)) break;
    }
  }
}

/** Ends the pass before it is done: a fresh hook asks Juju again, and goes on. */
async function goOnAfresh(
  context: PassContext,
  plan: Plan,
  failed: readonly FailedStep[],
): Promise<PassOutcome> {
  await execute(
    { kind: 'wake.self', why: 'Juju was asked too long ago for a server to begin to write' },
    context,
  );
  await showStatus(context, plan);
  return { plan, failed, settled: false, quiet: false };
}

/** Carries out one step. Returns the reason when it did not work. */
async function take(step: Step, context: PassContext, plan: Plan): Promise<string | null> {
  // Beside the step: each line costs as much as a short step, and clients wait for the end of some passes.
  const announced = jujuLog('INFO', `step ${stepText(step)}`);
  try {
    await Promise.all([execute(step, context), announced]);
    return null;
  } catch (error) {
    await announced;
    if (isDefect(error)) {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      await jujuLog('ERROR', `step ${stepText(step)} failed (rules ${plan.rules.join(', ')}): ${text}`);
      throw error;
    }
    const reason = error instanceof Error ? error.message : String(error);
    await jujuLog('WARNING', `step ${stepText(step)} did not work: ${reason}`);
    return reason;
  }
}

/** Errors the world cannot cause: the charm is wrong, or Juju does not do what it is told. */
function isDefect(error: unknown): boolean {
  return (
    error instanceof ToolError ||
    error instanceof TypeError ||
    error instanceof RangeError ||
    error instanceof ReferenceError
  );
}
