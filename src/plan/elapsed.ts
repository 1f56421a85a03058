/** Time between two texts. */

/** Seconds from `iso` to `now`, never less than 0; 0 for a text that is no time. */
export function secondsSince(iso: string | null, now: string): number {
  // oxlint-disable-next-line no-restricted-globals -- reads a text, no clock
  const seconds = iso === null ? Number.NaN : (Date.parse(now) - Date.parse(iso)) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : 0;
}
