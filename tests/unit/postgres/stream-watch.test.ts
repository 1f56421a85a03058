import { expect, test } from 'vitest';
import { streamWatch } from '../../../src/postgres/jobs/stream-watch.ts';

/** The numbers of the looks at which the charm is woken. */
const wakes = (looks: readonly (boolean | null)[]): number[] => {
  const hasChanged = streamWatch();
  return looks.flatMap((receives, index) => (hasChanged(receives) ? [index] : []));
};

test('the charm is woken when a stream has broken for two looks, and when it is back', () => {
  expect(wakes([true, true, false, false, false, true, true])).toEqual([3, 6]);
});

test('a short break, a standby that has yet to connect, and anything but a standby wake nobody', () => {
  expect(wakes([true, false, true, true])).toEqual([]);
  expect(wakes([false, false, false, true, true])).toEqual([]);
  expect(wakes([null, true, null, null, true])).toEqual([]);
});
