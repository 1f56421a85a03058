/** When a primary that has lost all contact stops itself (decision 13). The process that looks is postgres/jobs/fence.ts. */
import { fenceSeconds, firstContactSeconds } from './limits.ts';

/**
 * What one look found. `no-primary`: no server, or a standby. `contact`: a member streams from the primary and can be reached, or Juju can.
 * `alone`: neither.
 */
export type Look = 'no-primary' | 'contact' | 'alone';

/**
 * Until when the server may run without another look that finds contact, after a look at `now`; it is to be stopped when that time is
 * over (`now` is the answer or later). In seconds of a clock that never goes back.
 */
export function runsUntil(before: number, look: Look, now: number): number {
  if (look === 'contact') return now + fenceSeconds;
  return look === 'alone' ? before : Math.max(before, now + firstContactSeconds);
}
