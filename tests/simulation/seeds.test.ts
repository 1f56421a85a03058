import { describe, expect, test } from 'vitest';
import { runSeed } from './run.ts';

describe('the rules, driven by seeds', () => {
  test('hold every invariant and get well on 300 seeds', () => {
    const failures: string[] = [];
    for (let seed = 1; seed <= 300; seed += 1) {
      const { failure } = runSeed(seed, null, false);
      if (failure !== null) failures.push(`seed ${seed}: ${failure}`);
    }
    expect(failures).toEqual([]);
  });

  test('two runs of a seed are the same, told or not', () => {
    for (let seed = 1; seed <= 60; seed += 1) {
      const first = runSeed(seed, null, true);
      const second = runSeed(seed, null, true);
      expect(second.story).toEqual(first.story);
      expect(runSeed(seed, null, false).digest).toBe(first.digest);
    }
  });

  test('what the seeds draw is not dull: every kind of decision and of recovery comes up', () => {
    const words = ['--force', 'freeze', 'handover', 'is promoted', 'refused:', 'remove-unit', 'rewind from'];
    const told = new Set<string>();
    for (let seed = 1; seed <= 300; seed += 1) {
      for (const line of runSeed(seed, null, true).story) {
        for (const word of words) if (line.includes(word)) told.add(word);
      }
    }
    expect([...told].sort()).toEqual(words);
  });
});
