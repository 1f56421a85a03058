/** Whether one server's WAL is a piece of another's, told from timelines, history files and positions. */
import type { TimelineSwitch } from '../server/facts.ts';
import { comparePositions } from './position.ts';

/**
 * The end of a server's WAL. `exclusive`: `position` is the start of its last record (a stopped primary's
 * checkpoint).
 */
export interface WalEnd {
  readonly timeline: number;
  readonly position: string | null;
  readonly exclusive: boolean;
  readonly history: readonly TimelineSwitch[];
}

export interface Lineage {
  readonly timeline: number;
  readonly history: readonly TimelineSwitch[];
}

/**
 * Why `own` cannot go on from `upstream`'s WAL, or null when it can. A timeline that the upstream's history
 * does not name counts as diverged, and so does an equal number with another past: two servers promoted apart
 * both call their timeline n+1.
 */
export function divergence(own: WalEnd, upstream: Lineage): string | null {
  if (own.timeline > upstream.timeline) {
    return `timeline ${own.timeline} is ahead of the upstream's ${upstream.timeline}`;
  }
  const past = upstream.history.filter((line) => line.timeline < own.timeline);
  const ownPast = own.history.filter((line) => line.timeline < own.timeline);
  if (!samePast(past, ownPast)) return `timeline ${own.timeline} began elsewhere than the upstream's`;
  if (own.timeline === upstream.timeline) return null;
  const left = upstream.history.find((line) => line.timeline === own.timeline);
  if (left === undefined) return `the upstream's history does not name timeline ${own.timeline}`;
  const order = comparePositions(own.position, left.switchPosition);
  if (order > 0 || (order === 0 && own.exclusive)) {
    return `position ${own.position} is past the switch at ${left.switchPosition}`;
  }
  return null;
}

function samePast(left: readonly TimelineSwitch[], right: readonly TimelineSwitch[]): boolean {
  if (left.length !== right.length) return false;
  return left.every((line, index) => {
    const other = right[index];
    return (
      other !== undefined &&
      line.timeline === other.timeline &&
      comparePositions(line.switchPosition, other.switchPosition) === 0
    );
  });
}
