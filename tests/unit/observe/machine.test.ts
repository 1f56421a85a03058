import { expect, test } from 'vitest';
import { observeMachine } from '../../../src/observe/machine.ts';
import type { Look } from '../../../src/plan/unknown.ts';
import { failedLooks } from '../../../src/system/failed-looks.ts';
import { place } from '../plan/examples/observations.ts';

test('a volume that cannot be looked at has the size it had last', async () => {
  const { attempt } = failedLooks<Look>();
  const look = (dataDirectory: string, volumeBytes: number | null) =>
    observeMachine(
      { place: { ...place, dataDirectory }, hasConfiguration: true },
      { storageLocation: null },
      'postgresql/0',
      { volumeBytes },
      attempt,
    );
  expect((await look('/nowhere/15/main', 7)).volumeBytes).toBe(7);
  expect((await look('/nowhere/15/main', null)).volumeBytes).toBeNull();
  expect((await look('/', null)).volumeBytes).toBeGreaterThan(0);
});
