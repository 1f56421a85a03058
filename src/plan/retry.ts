/** Pauses between the attempts of a job. */
import type { JobProgress } from '../server/jobs.ts';
import type { Moment } from '../server/moment.ts';
import { secondsSince } from './elapsed.ts';

const firstPauseSeconds = 5;
const longestPauseSeconds = 300;

/**
 * Seconds left before the next attempt: they grow from one to the next. 0 when it may start now, as after a first one that was killed, which
 * is most often a reboot.
 */
export function retryInSeconds(job: JobProgress, now: Moment): number {
  const endedWell = job.finishedAt !== null && job.error === null;
  const isFirstKill = job.finishedAt === null && job.attempts === 1;
  if (job.alive || endedWell || isFirstKill) return 0;
  const pause = Math.min(longestPauseSeconds, firstPauseSeconds * 2 ** (job.attempts - 1));
  // A pause only ends waiting: after a boot it is over.
  return Math.max(0, pause - (secondsSince(job.ended ?? job.began, now) ?? pause));
}
