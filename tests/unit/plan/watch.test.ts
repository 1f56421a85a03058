import { describe, expect, test } from 'vitest';
import { type Watch, wakeAfter } from '../../../src/cluster/goal.ts';
import { watchStep } from '../../../src/plan/watch.ts';
import type { CopyFacts, WatchCondition } from '../../../src/server/jobs.ts';
import { moment, now, observed } from './examples/observations.ts';

const silent: Watch = { until: 'silent', host: '10.0.0.2', port: 5432, seconds: 300 };
const unreachable: WatchCondition = { event: 'unreachable', host: '10.0.0.2', port: 5432 };
const cloning: CopyFacts = {
  job: 'clone',
  fromUnit: 'postgresql/1',
  lineage: '',
  startedAt: now,
  began: moment,
  phase: 'copying',
  bytesDone: null,
  bytesTotal: null,
  discarded: null,
  attempts: 1,
  error: null,
  finishedAt: null,
  ended: null,
  alive: true,
};
const running = (until: WatchCondition, limitSeconds: number) =>
  observed({ server: { watch: { until, limitSeconds, began: moment, alive: true } } });

describe('a watch', () => {
  test('is started when one is wanted and none runs', () => {
    expect(watchStep(observed(), [null, silent])).toEqual([
      { kind: 'job.start', request: { job: 'watch', until: unreachable, limitSeconds: 300 } },
    ]);
    expect(watchStep(observed(), [null, null])).toEqual([]);
  });

  test('waits no longer than the most impatient rule', () => {
    expect(watchStep(observed(), [wakeAfter(10), silent])).toEqual([
      { kind: 'job.start', request: { job: 'watch', until: unreachable, limitSeconds: 10 } },
    ]);
  });

  test('is left alone while it does', () => {
    expect(watchStep(running(unreachable, 290), [silent])).toEqual([]);
    expect(watchStep(running(unreachable, 5), [wakeAfter(10)])).toEqual([]);
  });

  test('makes way for a more impatient one and for another condition', () => {
    expect(watchStep(running(unreachable, 290), [wakeAfter(10)])).toHaveLength(1);
    expect(watchStep(running({ event: 'elapsed' }, 5), [silent])).toHaveLength(1);
  });

  test('is not wanted beside a clone, which wakes the charm when it ends', () => {
    expect(watchStep(observed({ server: { job: cloning } }), [silent])).toEqual([]);
  });
});
