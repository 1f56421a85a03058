/** Aborted when this process is asked to end (SIGTERM), which then no longer ends it at once. */
export function terminationSignal(): AbortSignal {
  const controller = new AbortController();
  process.once('SIGTERM', () => controller.abort(new Error('stopped')));
  return controller.signal;
}
