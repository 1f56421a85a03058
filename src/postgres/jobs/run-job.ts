/**
 * What `charm job NAME` does: the supervised part of a clone, rewind, watch or fence, and at its end the charm is
 * woken.
 */
import { wakeCharm } from '../../system/wake.ts';
import type { JobName, JobState } from '../job-state.ts';
import type { MachineRoots } from '../machine.ts';
import { readMarker } from '../marker.ts';
import { runClone } from './clone.ts';
import { keepFence } from './fence.ts';
import { beginReport, type JobReport } from './job-report.ts';
import { runRewind } from './rewind.ts';
import { runWatch } from './watch.ts';

export interface JobSurroundings {
  readonly roots: MachineRoots;
  readonly charmDirectory: string;
  readonly unit: string;
  /** Name of the job as given on the command line. */
  readonly job: string;
}

const names = ['clone', 'rewind', 'watch', 'fence'] as const;

/**
 * Runs the job that the state file asks for. Its failure goes into the state file, for the next pass to
 * decide upon.
 */
export async function runJob(surroundings: JobSurroundings): Promise<void> {
  const name = names.find((known) => known === surroundings.job);
  if (name === undefined) throw new Error(`there is no job "${surroundings.job}"`);
  const wake = (): Promise<void> => wakeCharm(surroundings.unit, surroundings.charmDirectory);
  await carryOut(surroundings.roots, name, wake);
  await wake();
}

/** The job without the waking at its end. A fence has no end and uses `wake` itself. */
export async function carryOut(
  roots: MachineRoots,
  name: JobName,
  wake: () => Promise<void> = async () => {},
): Promise<void> {
  const { job, report } = await beginReport(roots.state, name);
  // Its errors are for systemd, which starts it again.
  if (name === 'fence') return work(roots, job, report, wake);
  try {
    await work(roots, job, report, wake);
    await report.finish(null);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    // For the journal: the next attempt takes the place of this one in the state file.
    console.error(text);
    await report.finish(text);
  }
}

async function work(
  roots: MachineRoots,
  job: JobState,
  report: JobReport,
  wake: () => Promise<void>,
): Promise<void> {
  const { request } = job;
  if (request.job === 'clone') return runClone(roots, request, job.attempts, report);
  if (request.job === 'watch') {
    await report.phase(`waiting: ${request.until.event}`);
    await runWatch(request.until, request.limitSeconds * 1000);
    return undefined;
  }
  const place = (await readMarker(roots.state))?.place ?? null;
  if (place === null) throw new Error('there is no cluster on this machine');
  if (request.job === 'fence') return keepFence(place, request, report, wake);
  return runRewind(place, request, report);
}
