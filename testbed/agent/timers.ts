import type { UnitSnapshot } from '../protocol/agent-methods.ts';
import { parseDurationMs } from '../protocol/durations.ts';

/** Timers of a failed hook's next try and of update-status. */
export interface Timers {
  retryDue(): boolean;
  updateStatusDue(): boolean;
  /** A retry is being made. */
  retryTaken(): void;
  updateStatusTaken(): void;
  /** Starts the wait for the next try, twice as long as the last; nothing when one is under way. */
  hookFailed(): void;
  hookSucceeded(): void;
  /** A failed hook is tried again at once: there is new code. */
  codeReplaced(): void;
}

export function makeTimers(snapshot: () => UnitSnapshot, wake: () => void): Timers {
  let failures = 0;
  let retryAtMs: number | null = null;
  let updateStatusAtMs: number | null = null;
  let interval = '';
  const setting = (key: string): unknown => snapshot().model.config[key];
  // A timer may fire a little before its time by the clock that is asked then; one that did would be the
  // last.
  const wakeAt = (atMs: number): void => {
    const waitMs = Math.min(Math.max(atMs - performance.now(), 1), 2 ** 31 - 1);
    setTimeout(() => (performance.now() < atMs ? wakeAt(atMs) : wake()), waitMs).unref();
  };
  return {
    retryDue: () => retryAtMs !== null && performance.now() >= retryAtMs,
    updateStatusDue() {
      const configured = String(setting('update-status-hook-interval'));
      if (updateStatusAtMs === null || configured !== interval) {
        interval = configured;
        // Each wait is off by up to a fifth.
        const waitMs = parseDurationMs(configured) * (0.8 + 0.4 * Math.random());
        updateStatusAtMs = performance.now() + waitMs;
        wakeAt(updateStatusAtMs);
      }
      return performance.now() >= updateStatusAtMs;
    },
    retryTaken() {
      retryAtMs = null;
    },
    updateStatusTaken() {
      updateStatusAtMs = null;
    },
    hookFailed() {
      if (retryAtMs !== null || setting('automatically-retry-hooks') !== true) return;
      const baseMs = Number(setting('testbed-retry-base-ms'));
      const waitMs = Math.min(baseMs * 2 ** failures, Number(setting('testbed-retry-max-ms')));
      const jitteredMs = waitMs * (0.9 + 0.2 * Math.random());
      failures += 1;
      retryAtMs = performance.now() + jitteredMs;
      wakeAt(retryAtMs);
    },
    hookSucceeded() {
      failures = 0;
      retryAtMs = null;
    },
    codeReplaced() {
      retryAtMs = performance.now();
    },
  };
}
