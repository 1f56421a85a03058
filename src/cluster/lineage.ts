/** Divergence of one server's WAL from another's, by timelines, history files and positions. */
import type { TimelineSwitch } from '../server/server-facts.ts';
import { comparePositions } from './position.ts';

/** The end of a server's WAL. */
export interface WalEnd {
  readonly timeline: number;
  /** Position at which it has written itself: the start of its last record (the checkpoint of its clean stop). */
  readonly position: string | null;
  /** It was the writer of this timeline: it stopped as a primary. */
  readonly wrote: boolean;
  readonly history: readonly TimelineSwitch[];
}

export interface Lineage {
  readonly timeline: number;
  readonly history: readonly TimelineSwitch[];
}

export interface Divergence {
  readonly why: string;
  /** pg_rewind takes servers on the same timeline for equal and does nothing, so those need a copy. */
  readonly rewindable: boolean;
}

/**
 * Reason `own` cannot go on from `upstream`'s WAL; null when it can. A timeline that the upstream's history does not name counts as
 * diverged, and so does an equal number with another past: two servers promoted apart both call their timeline n+1. A server that has
 * itself written on the upstream's timeline has diverged too, whatever the positions: a timeline has one writer.
 */
export function divergence(own: WalEnd, upstream: Lineage): Divergence | null {
  const rewindable = own.timeline !== upstream.timeline;
  const diverged = (why: string): Divergence => ({ why, rewindable });
  if (own.timeline > upstream.timeline) {
    return diverged(`timeline ${own.timeline} is ahead of the upstream's ${upstream.timeline}`);
  }
  const past = upstream.history.filter((line) => line.timeline < own.timeline);
  const ownPast = own.history.filter((line) => line.timeline < own.timeline);
  if (!samePast(past, ownPast)) return diverged(`timeline ${own.timeline} began elsewhere`);
  if (own.timeline === upstream.timeline) {
    return own.wrote ? diverged(`both have written on timeline ${own.timeline}`) : null;
  }
  const left = upstream.history.find((line) => line.timeline === own.timeline);
  if (left === undefined) return diverged(`the upstream's history does not name timeline ${own.timeline}`);
  const order = comparePositions(own.position, left.switchPosition);
  if (order > 0 || (order === 0 && own.wrote)) {
    return diverged(`position ${own.position} is past the switch at ${left.switchPosition}`);
  }
  return null;
}

/** A server that crashed as a primary: the end of its WAL is unknown, `newest` is its newest timeline. */
export function crashDivergence(newest: number, upstream: Lineage): Divergence {
  return { why: 'it crashed as a primary', rewindable: newest < upstream.timeline };
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
