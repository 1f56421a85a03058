/** The fence beside the server as facts. */
import { fenceSilenceSeconds } from '../cluster/limits.ts';
import type { FenceFacts } from '../server/jobs.ts';
import type { Moment } from '../server/moment.ts';
import { bootMoment } from '../system/clock.ts';
import { type FenceSign, readSign, thisProgram } from './fence-sign.ts';
import { observeJob } from './job-state.ts';
import type { MachineRoots } from './machine.ts';

/** Null when none was ever started. A process alone does not make it alive: it has to look. */
export async function observeFence(roots: Pick<MachineRoots, 'state' | 'run'>): Promise<FenceFacts | null> {
  const [job, sign] = await Promise.all([observeJob(roots.state, 'fence'), readSign(roots)]);
  if (job === null) return null;
  const alive = job.alive && sign !== null && hasLooked(sign, bootMoment());
  return { ...job, alive, isCurrent: sign?.program === thisProgram() };
}

/** True when its last look is so young that the next is still to come. */
function hasLooked({ at }: FenceSign, now: Moment): boolean {
  return at.boot === now.boot && now.seconds - at.seconds <= fenceSilenceSeconds;
}
