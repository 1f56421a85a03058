/** Deadline at which a primary that has lost all contact stops itself (decision 13). The process that looks is postgres/jobs/fence.ts. */
import { fenceSeconds, firstContactSeconds } from './limits.ts';

/**
 * Result of one look. `no-primary`: no server, or a standby. `contact`: a member streams from the primary and can be reached, or Juju can.
 * `alone`: neither.
 */
export type Look = 'no-primary' | 'contact' | 'alone';

/** A look that begins when the time is (nearly) over, or beside a standby, takes no longer than this. */
export const shortLookSeconds = 2;
const longLookSeconds = 4;

/**
 * Deadline of a server after a look that began at `begun`: without another look that finds contact it is stopped then. In seconds of a
 * clock that never goes back.
 */
export function runsUntil(before: number, look: Look, begun: number): number {
  if (look === 'contact') return begun + fenceSeconds;
  return look === 'alone' ? before : Math.max(before, begun + firstContactSeconds);
}

/** Time limit of a look that begins at `begun`: it must not keep the server running much beyond `until`, whatever it waits for. */
export function lookLimitSeconds(until: number, begun: number): number {
  return Math.min(longLookSeconds, Math.max(shortLookSeconds, until - begun));
}
