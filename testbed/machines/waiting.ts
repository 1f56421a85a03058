import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Asks again and again until the answer is true. Throws with what was awaited when timeoutMs passed.
 */
export async function until(
  what: string,
  timeoutMs: number,
  condition: () => boolean | Promise<boolean>,
): Promise<void> {
  const deadlineMs = Date.now() + timeoutMs;
  for (let pauseMs = 2; !(await condition()); pauseMs = Math.min(pauseMs * 2, 100)) {
    if (Date.now() > deadlineMs) throw new Error(`${what}: not so after ${timeoutMs} ms`);
    await sleep(pauseMs);
  }
}
