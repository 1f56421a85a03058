/** What the log says when a rewind has ended. */
import { bytesBetween } from '../cluster/position.ts';
import type { Memory } from './memory.ts';
import type { Observation } from './observation.ts';

/**
 * How much this unit had written that the present primary never received, once its rewind is done and `next` is about to be
 * remembered; null otherwise. The old data is the only place that knows: standbys count what they have heard of.
 */
export function rewoundNotice({ memory, server }: Observation, next: Memory): string | null {
  if (!memory.cluster.halfRewound || next.cluster.halfRewound || server.job?.job !== 'rewind') return null;
  const { discarded, fromUnit } = server.job;
  const bytes = discarded === null ? 0n : (bytesBetween(discarded.from, discarded.to) ?? 0n);
  if (discarded === null || bytes === 0n) return `rewound to ${fromUnit}: nothing was lost`;
  const where = `${discarded.from} to ${discarded.to}`;
  return `rewound to ${fromUnit}: up to ${bytes} bytes of WAL that no other unit had are gone (${where})`;
}
