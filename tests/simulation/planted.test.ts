import { expect, test } from 'vitest';
import { type Plant, plants } from './plants.ts';
import { runSeed } from './run.ts';

/** Where to look for each bug: the first seed, and what the story must end with. */
const found: Record<Plant, readonly [from: number, failure: RegExp]> = {
  'smallest-position': [1, /takes over without \d+ acknowledged bytes/],
  'position-as-text': [400, /takes over without \d+ acknowledged bytes/],
  'before-all-reported': [1, /takes over without \d+ acknowledged bytes/],
  'old-epoch': [1000, /starts writable against the decision it has seen|takes over without/],
  'delete-before-clone': [1, /removes its data before a copy of it streams/],
  'empty-unit-wins': [1, /makes a new cluster although .* holds data/],
  'start-unasked': [1, /starts writable at boot, unasked/],
  'one-epoch-twice': [1, /two decisions with epoch/],
  'late-leadership': [1100, /two decisions with epoch/],
  'own-decision': [1, /does not get well|two writable primaries|two decisions|makes a new cluster/],
  'promote-short': [1, /takes over without \d+ acknowledged bytes/],
  'diverged-follows': [1, /does not get well/],
  'no-stop': [100, /two writable primaries|still accepts writes/],
  'no-fence': [1, /two writable primaries/],
  'no-wait-for-fence': [900, /two writable primaries/],
  'unfenced-promotion': [300, /begins to accept writes without a fence/],
  'unfenced-start': [200, /begins to accept writes without a fence/],
  'late-start': [1900, /two writable primaries/],
  'resume-alone': [300, /two writable primaries|does not get well|takes over without/],
  'manual-end': [1, /undone|does not get well|takes over without|two writable primaries/],
  'wall-clock': [4400, /two writable primaries|does not get well/],
  'freeze-uncut': [1, /does not get well/],
};

test.each(Object.keys(plants) as Plant[])('finds the planted bug %s', (plant) => {
  const [from, words] = found[plant];
  for (let seed = from; seed < from + 300; seed += 1) {
    const { failure } = runSeed(seed, plant, false);
    if (failure === null) continue;
    expect(failure).toMatch(words);
    expect(runSeed(seed, null, false).failure).toBeNull();
    return;
  }
  expect.fail(`not found in 300 seeds from ${from}`);
});
