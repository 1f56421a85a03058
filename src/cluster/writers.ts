/**
 * Writers of timelines. PostgreSQL numbers timelines by adding one, so two servers promoted apart have the same number and can have the
 * same history file. Units remember the writers as text, `postgresql/0@1 postgresql/2@2`, and publish them.
 */

/** Timeline → the unit that wrote it, from the text; what cannot be read is left out. */
function writersIn(lineage: string | null): Map<number, string> {
  const writers = new Map<number, string>();
  for (const word of (lineage ?? '').split(' ')) {
    const [, unit, timeline] = /^(.+)@(\d{1,9})$/.exec(word) ?? [];
    if (unit !== undefined && timeline !== undefined) writers.set(Number(timeline), unit);
  }
  return writers;
}

/** True when the text names a writer of this timeline. */
export function namesWriter(lineage: string | null, timeline: number): boolean {
  return writersIn(lineage).has(timeline);
}

/** The text without timelines after `timeline`: of those it says what was followed, not what has arrived. */
export function upToTimeline(lineage: string, timeline: number): string {
  return textOf([...writersIn(lineage)].filter(([number]) => number <= timeline));
}

/**
 * The text with `unit` as the writer of `timeline`, unless that has one; later timelines are not its past.
 */
export function withWriter(lineage: string | null, timeline: number, unit: string): string {
  const writers = [...writersIn(lineage)].filter(([number]) => number <= timeline);
  if (!writers.some(([number]) => number === timeline)) writers.push([timeline, unit]);
  return textOf(writers);
}

function textOf(writers: readonly (readonly [timeline: number, unit: string])[]): string {
  return writers
    .toSorted(([left], [right]) => left - right)
    .map(([timeline, unit]) => `${unit}@${timeline}`)
    .join(' ');
}

/** A timeline that two lineages say different units wrote; null when they agree as far as they go. */
export function contradiction(own: string | null, upstream: string | null): number | null {
  const others = writersIn(upstream);
  for (const [timeline, unit] of writersIn(own)) {
    const other = others.get(timeline);
    if (other !== undefined && other !== unit) return timeline;
  }
  return null;
}
