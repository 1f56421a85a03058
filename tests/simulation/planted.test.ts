import { expect, test } from 'vitest';
import type { Plant } from './plants.ts';
import { runSeed } from './run.ts';

/** Seeds tried for each. Where a change of the draw leaves them without a failure: `npm run simulate -- --plant NAME --failures 1`. */
const tried = 10;

/** The end of the story of each planted bug, and the first seed that is tried for it. */
const found: Record<Plant, readonly [from: number, failure: RegExp]> = {
  'smallest-position': [12, /takes over without \d+ acknowledged bytes/],
  'position-as-text': [379, /takes over without \d+ acknowledged bytes/],
  'before-all-reported': [165, /takes over without \d+ acknowledged bytes/],
  'old-epoch': [287, /starts writable against the decision it has seen/],
  'delete-before-clone': [51, /removes its data before a copy of it streams/],
  'empty-unit-wins': [14, /makes a new cluster although .* holds data/],
  'start-unasked': [19, /starts writable at boot, unasked/],
  'one-epoch-twice': [4, /two decisions with epoch/],
  'late-leadership': [735, /two decisions with epoch/],
  'own-decision': [42, /starts writable against the decision it has seen/],
  'promote-short': [89, /takes over without \d+ acknowledged bytes/],
  'diverged-follows': [12, /does not get well: \S+ does not follow/],
  'no-stop': [47, /still accepts writes/],
  'no-fence': [241, /two writable primaries/],
  'no-wait-for-fence': [330, /two writable primaries/],
  'unfenced-promotion': [287, /begins to accept writes without a fence/],
  'unfenced-start': [161, /begins to accept writes without a fence/],
  'late-start': [752, /two writable primaries|takes over without \d+ acknowledged bytes/],
  'resume-alone': [10, /starts writable against the decision it has seen/],
  'manual-end': [14, /undone|does not get well/],
  'wall-clock': [480, /two writable primaries|takes over without \d+ acknowledged bytes/],
  'lane-waits': [2, /does not get well/],
  'unknown-is-absent': [4, /publishes \w+ though its server runs/],
  'freeze-uncut': [12, /does not get well: the decision is freeze/],
};

test.each(Object.entries(found))('finds the planted bug %s', (name, [from, words]) => {
  const plant = name as Plant;
  for (let seed = from; seed < from + tried; seed += 1) {
    const { failure } = runSeed(seed, plant, false);
    if (failure === null) continue;
    expect(failure).toMatch(words);
    expect(runSeed(seed, null, false).failure).toBeNull();
    return;
  }
  expect.fail(`not found in ${tried} seeds from ${from}`);
});
