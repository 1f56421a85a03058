/** Taking one step: announced in the log, carried out, its failure told from a defect. */
import { execute } from '../apply/execute.ts';
import { jujuLog } from '../juju/status.ts';
import { HookCommandError } from '../juju/tool.ts';
import { dropNote } from '../observe/juju-note.ts';
import type { Plan } from '../plan/plan.ts';
import type { Step } from '../plan/step.ts';
import { stepText } from '../plan/step-text.ts';
import type { PassContext } from './context.ts';

/** Carries out one step. Returns the reason when it did not work. Throws for a defect. */
export async function take(
  step: Step,
  context: PassContext,
  { rules }: Pick<Plan, 'rules'>,
): Promise<string | null> {
  // Beside the step: each line costs as much as a short step, and clients wait for the end of some passes.
  const announced = jujuLog('INFO', `step ${stepText(step)}`);
  try {
    await Promise.all([carryOut(step, context), announced]);
    return null;
  } catch (error) {
    await announced;
    if (isDefect(error)) {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      await jujuLog('ERROR', `step ${stepText(step)} failed (rules ${rules.join(', ')}): ${text}`);
      throw error;
    }
    // It gets into a status, and to peers and clients too.
    const reason = context.redaction.text(error instanceof Error ? error.message : String(error));
    await jujuLog('WARNING', `step ${stepText(step)} did not work: ${reason}`);
    return reason;
  }
}

/** Carries out one step and notes what it changes of this process's picture. Throws what the step's room throws. */
export async function carryOut(step: Step, context: PassContext): Promise<void> {
  try {
    if (writesBags(step)) await dropNote(context.event.unit);
    await execute(step, context);
    if (step.kind === 'bag.set' || step.kind === 'secret.publish') context.published.add(step.relation);
  } finally {
    if ('database' in step) context.insides.delete(step.database);
  }
}

/** The note of the last hook is about bags as they were before. */
function writesBags({ kind }: Step): boolean {
  return kind === 'bag.set' || kind === 'secret.publish' || kind === 'credentials.create';
}

/** Errors the world cannot cause: the charm is wrong, or Juju does not carry out its commands. */
function isDefect(error: unknown): boolean {
  return error instanceof HookCommandError || isBug(error);
}

/** Errors that only a mistake in the charm's own code makes. */
export function isBug(error: unknown): boolean {
  return error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError;
}
