import { expect, test } from 'vitest';
import type { Plant } from './plants.ts';
import { runSeed } from './run.ts';

/**
 * Bugs that a few seeds find: the first one, and the end of the story. The others are rare, and looked for by name:
 * `npm run simulate -- --plant NAME`.
 */
const found: Partial<Record<Plant, readonly [from: number, failure: RegExp]>> = {
  'smallest-position': [1, /takes over without \d+ acknowledged bytes/],
  'before-all-reported': [1, /takes over without \d+ acknowledged bytes/],
  'delete-before-clone': [1, /removes its data before a copy of it streams/],
  'empty-unit-wins': [1, /makes a new cluster although .* holds data/],
  'start-unasked': [1, /starts writable at boot, unasked/],
  'one-epoch-twice': [1, /two decisions with epoch/],
  'promote-short': [1, /takes over without \d+ acknowledged bytes/],
  'no-fence': [1, /two writable primaries/],
  'manual-end': [1, /undone|does not get well|takes over without|two writable primaries/],
  'wall-clock': [4400, /two writable primaries|does not get well/],
  'lane-waits': [1, /still accepts writes|has not|does not get well|two writable/],
  'unknown-is-absent': [
    1,
    /publishes \w+ though its server runs|takes master|does not get well|takes over without|makes a new cluster/,
  ],
  'freeze-uncut': [1, /does not get well/],
};

test.each(Object.entries(found))('finds the planted bug %s', (name, [from, words]) => {
  const plant = name as Plant;
  for (let seed = from; seed < from + 300; seed += 1) {
    const { failure } = runSeed(seed, plant, false);
    if (failure === null) continue;
    expect(failure).toMatch(words);
    expect(runSeed(seed, null, false).failure).toBeNull();
    return;
  }
  expect.fail(`not found in 300 seeds from ${from}`);
});
