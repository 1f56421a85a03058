/** The process of a job (`charm job NAME`): its work, and at its end the charm is woken. */
import type { JobName } from '../../server/jobs.ts';
import { terminationSignal } from '../../system/termination.ts';
import { wakeCharm } from '../../system/wake.ts';
import type { MachineRoots } from '../machine.ts';
import type { JobWork } from './job-kind.ts';
import { beginReport } from './job-report.ts';
import { isJobName, kindOf } from './kinds.ts';

export interface JobSurroundings {
  readonly roots: MachineRoots;
  readonly charmDirectory: string;
  readonly unit: string;
  /** Name of the job as given on the command line. */
  readonly job: string;
}

const never = new AbortController().signal;

/**
 * Runs the job that the state file asks for. Its failure goes into the state file, for the next pass to
 * decide upon.
 */
export async function runJob({ roots, charmDirectory, unit, job }: JobSurroundings): Promise<void> {
  if (!isJobName(job)) throw new Error(`there is no job "${job}"`);
  const wake = (): Promise<void> => wakeCharm(unit, charmDirectory);
  const stopping = kindOf(job).stops === 'asked' ? terminationSignal() : never;
  await carryOut(roots, job, wake, stopping);
  // A hook that stops a job waits for its end, and waking waits for the hook's.
  if (!stopping.aborted) await wake();
}

/** The job without the waking at its end. One that has no end uses `wake` itself. */
export async function carryOut(
  roots: MachineRoots,
  name: JobName,
  wake: () => Promise<void> = async () => {},
  stopping: AbortSignal = never,
): Promise<void> {
  const { job, report } = await beginReport(roots.state, name);
  const { request, notes, attempts: attempt } = job;
  const kind = kindOf(request.job);
  const work: JobWork = { roots, request, notes, attempt, report, stopping, wake };
  // Its errors are for systemd, which starts it again.
  if (kind.runs === 'always') return kind.run(work);
  try {
    await kind.run(work);
    await report.finish(null);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    // For the journal: the next attempt takes the place of this one in the state file.
    console.error(text);
    await report.finish(text);
  }
}
