/** A watch beside the hook: the pass runs again when what it waits for has happened, though no event may tell. */
import type { Watch } from '../cluster/goal.ts';
import type { WatchCondition } from '../server/steps.ts';
import type { Observation } from './observation.ts';
import type { Step } from './step.ts';

/** Starts the watch that the rules ask for, unless one runs or a job does, which wakes the charm itself when it ends. */
export function watchStep({ server }: Observation, wanted: readonly (Watch | null)[]): Step[] {
  const watches = wanted.flatMap((watch) => watch ?? []);
  const first = watches.find(({ until }) => until === 'silent') ?? watches[0];
  if (first === undefined || server.job?.alive === true || server.watch?.alive === true) return [];
  const limitSeconds = Math.min(...watches.map(({ seconds }) => seconds));
  return [{ kind: 'job.start', request: { job: 'watch', until: condition(first), limitSeconds } }];
}

function condition({ until, host, port }: Watch): WatchCondition {
  return until === 'silent' && host !== null && port !== null
    ? { event: 'unreachable', host, port }
    : { event: 'elapsed' };
}
