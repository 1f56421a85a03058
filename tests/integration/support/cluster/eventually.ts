import { setTimeout } from 'node:timers/promises';

/** Asks until the answer is not null. Rejects with `what` when that takes too long. */
export async function eventually<T>(
  what: string,
  ask: () => Promise<T | null>,
  limitMs = 120_000,
): Promise<T> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const answer = await ask();
    if (answer !== null) return answer;
    if (Date.now() > deadline) throw new Error(`not within ${limitMs} ms: ${what}`);
    await setTimeout(100);
  }
}
