/** Lets some wait for what others announce. */
export interface WakeSignal {
  fire(): void;
  /** Resolves at the next `fire`, or when the time is over. */
  next(timeoutMs?: number): Promise<void>;
}

export function makeWakeSignal(): WakeSignal {
  const waiting = new Set<() => void>();
  return {
    fire() {
      for (const wake of [...waiting]) wake();
    },
    next(timeoutMs) {
      return new Promise((resolve) => {
        const wake = (): void => {
          clearTimeout(timer);
          waiting.delete(wake);
          resolve();
        };
        const timer = timeoutMs === undefined ? undefined : setTimeout(wake, timeoutMs);
        waiting.add(wake);
      });
    },
  };
}
