/** The line in the log when a rewind has ended. */
import { bytesBetween } from '../../cluster/position.ts';
import type { CopyFacts } from '../../server/jobs.ts';
import type { Memory } from '../memory.ts';
import type { Observation } from '../observation.ts';

/** The last job, when it was a rewind and ended well. */
export function endedRewind({ server: { job } }: Pick<Observation, 'server'>): CopyFacts | null {
  return job?.job === 'rewind' && job.finishedAt !== null && job.error === null ? job : null;
}

/**
 * Bytes this unit had written and the present primary never received, once for each rewind: when `next` is about to be
 * remembered. The old data is the only place that knows: standbys count what they have heard of.
 */
export function rewoundNotice(observation: Observation, next: Memory): string | null {
  const job = endedRewind(observation);
  if (job === null || next.rewindLogged === observation.memory.rewindLogged) return null;
  const { discarded, fromUnit } = job;
  const bytes = discarded === null ? 0n : (bytesBetween(discarded.from, discarded.to) ?? 0n);
  if (discarded === null || bytes === 0n) return `rewound to ${fromUnit}: nothing was lost`;
  const where = `${discarded.from} to ${discarded.to}`;
  return `rewound to ${fromUnit}: up to ${bytes} bytes of WAL that no other unit had are gone (${where})`;
}
