import type { KillPoint, Model } from '../../../testbed/api/index.ts';

/** A step that was announced, and the hook that was about to take it. */
export interface AnnouncedStep {
  hook: string;
  step: string;
}

/** Hooks and their steps, in the order in which they ran; `from` is a number of log lines to leave out. */
export async function announcedSteps(model: Model, unit: string, from = 0): Promise<AnnouncedStep[]> {
  const steps: AnnouncedStep[] = [];
  let open: string[] = [];
  for (const { message } of (await model.logs(unit)).slice(from)) {
    const step = /^(?:[a-z-]+:\d+: )?step (.*)$/.exec(message)?.[1];
    if (step !== undefined) open.push(step);
    const hook = /^ran "([^"]+)" hook/.exec(message)?.[1];
    if (hook === undefined) continue;
    steps.push(...open.map((each) => ({ hook, step: each })));
    open = [];
  }
  return steps;
}

/** Where to kill: when the hook announces this step. */
export function killPointOf({ hook, step }: AnnouncedStep): KillPoint {
  // The words before it are juju-log's own flags.
  return { hook, logLine: `(^| )step ${step.replaceAll(/[^\w ]/g, '\\$&')}$` };
}
