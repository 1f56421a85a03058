import type { KillPoint, Model } from '../../../testbed/api/index.ts';

/** The steps that a unit has announced, in order; `from` is a number of log lines to leave out. */
export async function announcedSteps(model: Model, unit: string, from = 0): Promise<string[]> {
  const messages = (await model.logs(unit)).slice(from).map(({ message }) => message);
  return messages.flatMap((message) => /^(?:[a-z-]+:\d+: )?step (.*)$/.exec(message)?.[1] ?? []);
}

/** Where to kill: when the next hook, whichever it is, announces this step. */
export function killPointOf(step: string): KillPoint {
  // Which keys of a bag are left to write depends on what was committed, so any of them will do.
  const [bag] = /^bag\.set \S+ \S+/.exec(step) ?? [];
  const words = (bag ?? step).replaceAll(/[^\w ]/g, '\\$&');
  // The words before it are juju-log's own flags.
  return { logLine: `(^| )step ${words}${bag === undefined ? '$' : ' '}` };
}
