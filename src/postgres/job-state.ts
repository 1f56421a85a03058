/** State files of jobs: read and written, and looked at as facts. */
import { join } from 'node:path';
import * as z from 'zod';
import type { FactsOf, JobName } from '../server/jobs.ts';
import { bootId } from '../system/clock.ts';
import { readText, writeAtomic } from '../system/files.ts';
import { startTicks } from '../system/start-ticks.ts';
import { isTransientUnitActive, systemdRuns } from '../system/systemd.ts';
import type { JobState } from './jobs/job-kind.ts';
import { isJobName, kindOf } from './jobs/kinds.ts';

export type AnyJobState = { [K in JobName]: JobState<K> }[JobName];

/** Null in the state of a job that began before states had it. */
const MomentShape = z.object({ boot: z.string(), seconds: z.number() }).nullable().default(null);

const StateFile = z.object({
  request: z.looseObject({ job: z.string().refine(isJobName) }),
  /** Missing in the state of a job that began before kinds had notes. */
  notes: z.unknown().default({}),
  process: z.object({ pid: z.int(), startTicks: z.string() }).nullable(),
  bootId: z.string(),
  systemdUnit: z.string(),
  startedAt: z.string(),
  began: MomentShape,
  phase: z.string(),
  bytesDone: z.number().nullable(),
  bytesTotal: z.number().nullable(),
  attempts: z.int(),
  error: z.string().nullable(),
  finishedAt: z.string().nullable(),
  ended: MomentShape,
});

/**
 * The state in the file of kind `name`, which may be that of another kind with the same file; null when there was no job. A damaged file
 * counts as none: a job can always be started again.
 */
export async function readJobState(state: string, name: JobName): Promise<AnyJobState | null> {
  const text = await readText(jobPath(state, name));
  if (text === null) return null;
  try {
    const { request, notes, ...rest } = StateFile.parse(JSON.parse(text));
    const kind = kindOf(request.job);
    const asked = { job: request.job, ...kind.request.parse(request) };
    return { ...rest, request: asked, notes: kind.notes.parse(notes) } as AnyJobState;
  } catch {
    return null;
  }
}

/** Replaces the state of a job. */
export async function writeJobState(state: string, job: JobState): Promise<void> {
  await writeAtomic(jobPath(state, job.request.job), `${JSON.stringify(job, null, 2)}\n`, {
    mode: 0o600,
    owner: 'root',
  });
}

function jobPath(state: string, name: JobName): string {
  return join(state, `${kindOf(name).file}.json`);
}

/** The last job in the file of kind `name` as facts; null when there was none. */
export async function observeJob<K extends JobName>(state: string, name: K): Promise<FactsOf<K> | null> {
  const job = await readJobState(state, name);
  if (job === null) return null;
  const kind = kindOf(job.request.job);
  const facts = kind.facts as (job: JobState, alive: boolean) => FactsOf<K>;
  return facts(job, await isRunning(job));
}

/** True while `job` is under way. */
export async function isRunning(job: JobState): Promise<boolean> {
  return job.finishedAt === null && (await isAlive(job));
}

/**
 * True while the process that runs `job` lives. Until it has noted its number, systemd knows: a hook can be killed after the job was
 * written down and before it was started, and nothing would wake the charm then.
 */
async function isAlive(job: JobState): Promise<boolean> {
  if (job.bootId !== bootId()) return false;
  if (job.process === null) return systemdRuns() && (await isTransientUnitActive(job.systemdUnit));
  return (await startTicks(job.process.pid)) === job.process.startTicks;
}
