/** One core's part in the long run of the simulation. */
import type { Plant } from '../tests/simulation/plants.ts';
import { runSeed } from '../tests/simulation/run.ts';

/** Seeds to run, one after the other. */
export interface Share {
  readonly from: number;
  readonly count: number;
  readonly plant: Plant | null;
}

/** Outcome of some seeds. */
export interface Tally {
  readonly done: number;
  readonly steps: number;
  readonly emptied: number;
  readonly failed: readonly { readonly seed: number; readonly failure: string }[];
}

// Nobody is left to tell.
process.on('disconnect', () => process.exit());
process.on('message', ({ from, count, plant }: Share) => {
  let steps = 0;
  let emptied = 0;
  const failed: { seed: number; failure: string }[] = [];
  for (let seed = from; seed < from + count; seed += 1) {
    const result = runSeed(seed, plant, false);
    steps += result.steps;
    if (result.emptied) emptied += 1;
    if (result.failure !== null) failed.push({ seed, failure: result.failure });
  }
  process.send?.({ done: count, steps, emptied, failed } satisfies Tally);
});
