import type { KillPoint, Model } from '../../../testbed/api/index.ts';

/** The steps that a unit has announced, in order; `from` is a number of log lines to leave out. */
export async function announcedSteps(model: Model, unit: string, from = 0): Promise<string[]> {
  const messages = (await model.logs(unit)).slice(from).map(({ message }) => message);
  return messages.flatMap((message) => /^(?:[a-z-]+:\d+: )?step (.*)$/.exec(message)?.[1] ?? []);
}

/** Kills at this step, in the next hook that announces it. */
export function killPointOf(step: string): KillPoint {
  // Keys of a bag that are left to write depend on what was committed, so any of them will do.
  const [bag] = /^bag\.set \S+ \S+/.exec(step) ?? [];
  const words = (bag ?? step).replaceAll(/[^\w ]/g, '\\$&');
  // The words before it are juju-log's own flags.
  return { logLine: `(^| )step ${words}${bag === undefined ? '$' : ' '}` };
}
