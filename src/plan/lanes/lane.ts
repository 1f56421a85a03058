/**
 * Lanes: chains of steps that do not wait for one another. Within a lane a phase is planned when the phases before it have nothing left to
 * do; between lanes there is an order in which steps are taken, and only the dependencies that plan.ts names.
 */
import type { Situation } from '../situation.ts';
import { type Blame, blaming, type FailedStep, type PlannedStep, type Step, stepKey } from '../step.ts';

/** A lane's part in order: its steps, empty when it has nothing to do. */
export type Phase = (situation: Situation) => readonly Step[];

export interface Lane {
  readonly name: string;
  readonly steps: readonly PlannedStep[];
}

/** The steps of the first phase that has any. */
export function planLane(
  name: string,
  phases: readonly Phase[],
  situation: Situation,
  failed: readonly FailedStep[],
): Lane {
  for (const phase of phases) {
    const steps = withoutFailed(blaming(phase(situation)), failed);
    if (steps.length > 0) return { name, steps };
  }
  return { name, steps: [] };
}

/** Steps that failed in this pass are left out, with those after them that blame the same object. */
function withoutFailed(steps: readonly PlannedStep[], failed: readonly FailedStep[]): PlannedStep[] {
  if (failed.length === 0) return [...steps];
  const keys = new Set(failed.map(({ step }) => stepKey(step)));
  const blamed = new Set<string>();
  // With other files a start is another attempt.
  const isAnew = steps.some((step) => step.kind === 'file.write' && !keys.has(stepKey(step)));
  return steps.filter((step) => {
    const isTried = keys.has(stepKey(step)) && !(isAnew && step.kind === 'server.start');
    if (isTried) blamed.add(blameKey(step.blames));
    return !blamed.has(blameKey(step.blames));
  });
}

/** Text that is the same for the same object. */
export function blameKey(blame: Blame): string {
  switch (blame.on) {
    case 'machine':
      return 'machine';
    case 'relation':
      return `relation ${blame.relation}`;
    case 'database':
      return `database ${blame.database}`;
  }
}
