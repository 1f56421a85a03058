/** Time that has gone by on this machine's clock. */
import type { Moment } from '../server/moment.ts';

/**
 * Seconds from `since` to `now`; null when that is not known: `since` was never noted, or in another boot of the machine. A limit that
 * guards safety then begins anew, one that only ends waiting is over.
 */
export function secondsSince(since: Moment | null, now: Moment): number | null {
  if (since === null || since.boot !== now.boot || now.seconds < since.seconds) return null;
  return now.seconds - since.seconds;
}
