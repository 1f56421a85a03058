/** A watch beside the hook: the pass runs again when what it waits for has happened, though no event may tell. */
import type { Watch } from '../cluster/goal.ts';
import type { WatchCondition } from '../server/server-steps.ts';
import type { Observation } from './observation.ts';
import type { Step } from './step.ts';

/** A running watch that ends this much later than a wanted one still does for it. */
const slackSeconds = 2;

/**
 * Starts the watch that the rules ask for, in place of one that waits for something else or for longer. While a clone or rewind runs
 * there is none: it wakes the charm itself when it ends.
 */
export function watchStep(observation: Observation, wanted: readonly (Watch | null)[]): Step[] {
  const watches = wanted.flatMap((watch) => watch ?? []);
  const first = watches.find(({ until }) => until === 'silent') ?? watches[0];
  if (first === undefined || observation.server.job?.alive === true) return [];
  const limitSeconds = Math.min(...watches.map(({ seconds }) => seconds));
  const until = condition(first);
  if (isWatched(observation, until, limitSeconds)) return [];
  return [{ kind: 'job.start', request: { job: 'watch', until, limitSeconds } }];
}

function isWatched({ server, now }: Observation, until: WatchCondition, limitSeconds: number): boolean {
  const { watch } = server;
  if (watch?.alive !== true || watch.waitsFor === null) return false;
  if (until.event !== 'elapsed' && !isSame(watch.waitsFor.until, until)) return false;
  const endsMs = Date.parse(watch.startedAt) + watch.waitsFor.limitSeconds * 1000;
  return endsMs <= Date.parse(now) + (limitSeconds + slackSeconds) * 1000;
}

function isSame(left: WatchCondition, right: WatchCondition): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

function condition({ until, host, port }: Watch): WatchCondition {
  return until === 'silent' && host !== null && port !== null
    ? { event: 'unreachable', host, port }
    : { event: 'elapsed' };
}
