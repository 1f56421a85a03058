import { expect, test } from 'vitest';
import { streamWatch } from '../../../src/postgres/jobs/stream-watch.ts';

/** The numbers of the looks at which the charm is woken. */
const wakes = (looks: readonly (boolean | string | null)[], beginning?: string): number[] => {
  const hasChanged = streamWatch(beginning);
  return looks.flatMap((seen, index) => (hasChanged(seen?.toString() ?? null) ? [index] : []));
};

test('the charm is woken when a stream has broken for two looks, and when it is back', () => {
  expect(wakes([true, true, false, false, false, true, true], 'false')).toEqual([3, 6]);
});

test('a short break, a standby that has yet to connect, and anything but a standby wake nobody', () => {
  expect(wakes([true, false, true, true], 'false')).toEqual([]);
  expect(wakes([false, false, false, true, true], 'false')).toEqual([]);
  expect(wakes([null, true, null, null, true], 'false')).toEqual([]);
});

test('the charm is woken when a primary sends to other members than before', () => {
  const [both, one] = ['10.0.0.1,10.0.0.2', '10.0.0.1'];
  expect(wakes(['', '', both, both, both, one, one, both, both])).toEqual([3, 6, 8]);
  expect(wakes([both, one, both, null, both])).toEqual([]);
});
