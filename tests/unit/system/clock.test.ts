import { afterEach, expect, test, vi } from 'vitest';
import { bootId, bootMoment } from '../../../src/system/clock.ts';

afterEach(() => vi.useRealTimers());

test('the clock for limits stays in its boot, never goes back, and is not moved with the one for texts', () => {
  const first = bootMoment();
  expect(first.boot).toBe(bootId());
  vi.useFakeTimers({ toFake: ['Date'], now: 0 });
  const second = bootMoment();
  expect(second.boot).toBe(first.boot);
  expect(second.seconds).toBeGreaterThanOrEqual(first.seconds);
  expect(second.seconds - first.seconds).toBeLessThan(60);
});
