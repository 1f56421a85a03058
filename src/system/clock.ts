import { setTimeout as sleep } from 'node:timers/promises';

/** Now, as ISO text in UTC. */
export function nowIso(): string {
  return new Date().toISOString();
}

/**
 * Asks `check` again and again until it answers something other than null, and returns that; null when
 * `limitMs` is over. Pauses begin at `pauseMs` and grow to ten times that.
 */
export async function waitFor<T>(
  check: () => Promise<T | null>,
  limitMs: number,
  pauseMs = 20,
): Promise<T | null> {
  const end = performance.now() + limitMs;
  for (let pause = pauseMs; ; pause = Math.min(pause * 1.5, pauseMs * 10)) {
    const answer = await check();
    if (answer !== null) return answer;
    if (performance.now() + pause > end) return null;
    await sleep(pause);
  }
}
