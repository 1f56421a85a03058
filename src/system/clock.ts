/** The machine's clocks: one for texts, one for limits. */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Wall clock as ISO text in UTC. For people: an administrator or NTP may set it at any time. */
export function nowIso(): string {
  return new Date().toISOString();
}

/** Name of this boot of the machine; empty where the system has none. */
export function bootId(): string {
  boot ??= readProc('/proc/sys/kernel/random/boot_id')?.trim() ?? '';
  return boot;
}

let boot: string | null = null;

/**
 * Moment in seconds of the clock that nobody sets and that goes on while the machine sleeps. It began before this boot of the machine or
 * with it, and says nothing across two boots. In a container without /proc/uptime another clock serves, under another name.
 */
export function bootMoment(): { boot: string; seconds: number } {
  const seconds = Number.parseFloat(readProc('/proc/uptime') ?? '');
  if (Number.isFinite(seconds)) return { boot: bootId(), seconds };
  return { boot: `${bootId()} without /proc/uptime`, seconds: Number(process.hrtime.bigint()) / 1e9 };
}

/** Seconds since the call, for one process: they never go back, also where the machine's own clock is lost meanwhile. */
export function steadySeconds(): () => number {
  let last = bootMoment();
  let passed = 0;
  return () => {
    const now = bootMoment();
    if (now.boot === last.boot) passed += Math.max(0, now.seconds - last.seconds);
    last = now;
    return passed;
  };
}

function readProc(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

/**
 * Asks `check` again and again until it answers something other than null, and returns that; null when
 * `limitMs` is over. Pauses begin at `pauseMs` and grow to ten times that.
 */
export async function waitFor<T>(
  check: () => Promise<T | null>,
  limitMs: number,
  pauseMs = 20,
): Promise<T | null> {
  const end = performance.now() + limitMs;
  for (let pause = pauseMs; ; pause = Math.min(pause * 1.5, pauseMs * 10)) {
    const answer = await check();
    if (answer !== null) return answer;
    if (performance.now() + pause > end) return null;
    await sleep(pause);
  }
}
