/** Side-by-side timing: the variants take turns, so that a busy moment of the machine hits all of them alike. */

export interface Timing {
  readonly name: string;
  /** Of all rounds, in milliseconds. */
  readonly medianMs: number;
  readonly bestMs: number;
}

/** Runs each variant once a round. A variant may return its own time in milliseconds; otherwise its wall time counts. */
export async function sideBySide(
  rounds: number,
  variants: Record<string, () => Promise<number | undefined>>,
): Promise<Timing[]> {
  const times = new Map<string, number[]>(Object.keys(variants).map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, run] of Object.entries(variants)) {
      const startMs = performance.now();
      const ownMs = await run();
      times.get(name)?.push(ownMs ?? performance.now() - startMs);
    }
  }
  return [...times].map(([name, list]) => timingOf(name, list));
}

/** The timing of a variant that took `timesMs`. */
export function timingOf(name: string, timesMs: readonly number[]): Timing {
  const sorted = timesMs.toSorted((a, b) => a - b);
  return {
    name,
    medianMs: sorted[Math.floor(sorted.length / 2)] ?? Number.NaN,
    bestMs: sorted[0] ?? Number.NaN,
  };
}

/** Prints the timings and each one's ratio to the first. */
export function printTimings(title: string, timings: readonly Timing[]): void {
  console.log(`\n${title}`);
  const [reference] = timings;
  for (const { name, medianMs, bestMs } of timings) {
    const ratio = reference === undefined ? 1 : medianMs / reference.medianMs;
    console.log(
      `  ${name.padEnd(48)} median ${medianMs.toFixed(0).padStart(6)} ms   best ${bestMs.toFixed(0).padStart(6)} ms   ${ratio.toFixed(2)}×`,
    );
  }
}
