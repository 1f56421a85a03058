import { setTimeout } from 'node:timers/promises';

const LIMIT_MS = 10_000;
const PAUSE_MS = 200;
const LEFTOVERS = /lock file .* already exists|pre-existing shared memory block/;

/**
 * Repeats `start` for some seconds while it fails because processes of a server that was killed are not
 * gone yet.
 */
export async function pastLeftovers<T>(start: () => Promise<T>): Promise<T> {
  const end = performance.now() + LIMIT_MS;
  for (;;) {
    try {
      return await start();
    } catch (error) {
      const leftovers = error instanceof Error && LEFTOVERS.test(error.message);
      if (!leftovers || performance.now() > end) throw error;
      await setTimeout(PAUSE_MS);
    }
  }
}
