/** State files of jobs: read and written, and looked at as facts. */
import { join } from 'node:path';
import * as z from 'zod';
import type { FactsOf, JobName } from '../server/jobs.ts';
import { bootId } from '../system/clock.ts';
import { errorText } from '../system/failed-looks.ts';
import { startTicks } from '../system/start-ticks.ts';
import { activeUnits, isTransientUnitActive, systemdRuns } from '../system/systemd.ts';
import type { JobState } from './jobs/job-kind.ts';
import { isJobName, kindOf, kindsIn } from './jobs/kinds.ts';
import { DamagedNote, readNote, writeNote } from './state-note.ts';

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
 * The state in the file of kind `name`, which may be that of another kind with the same file; null when there was no job. Throws DamagedNote
 * for a file that holds no state of a job, and what the system says when it cannot be read.
 */
export async function readJobState(state: string, name: JobName): Promise<AnyJobState | null> {
  const path = jobPath(state, name);
  const note = await readNote(path, StateFile);
  if (note === null) return null;
  const { request, notes, ...rest } = note;
  const kind = kindOf(request.job);
  const asked = kind.request.safeParse(request);
  const noted = kind.notes.safeParse(notes);
  if (!asked.success || !noted.success) throw new DamagedNote(`${path} is damaged`);
  return { ...rest, request: { job: request.job, ...asked.data }, notes: noted.data } as AnyJobState;
}

/** The same for whoever may replace it: a file that is damaged or cannot be read counts as none. */
export async function readFormerState(state: string, name: JobName): Promise<AnyJobState | null> {
  return readJobState(state, name).catch(() => null);
}

/** Replaces the state of a job. */
export async function writeJobState(state: string, job: JobState): Promise<void> {
  await writeNote(jobPath(state, job.request.job), job);
}

function jobPath(state: string, name: JobName): string {
  return join(state, `${kindOf(name).file}.json`);
}

/** The last job in the file of kind `name` as facts; null when there was none, or its state is lost: it can be started again. */
export async function observeJob<K extends JobName>(state: string, name: K): Promise<FactsOf<K> | null> {
  return factsOf(await readFormerState(state, name));
}

/**
 * The last clone or rewind as facts. A state that is lost is none only when none is under way and `isWhole`: it is known that no rewind of this
 * data was left unfinished. Throws otherwise.
 */
export async function observeCopy(state: string, isWhole: boolean): Promise<FactsOf<'clone'> | null> {
  try {
    return await factsOf<'clone'>(await readJobState(state, 'clone'));
  } catch (error) {
    const why = errorText(error);
    if (await isAnyActive('clone')) throw new Error(`${why}, and a copy is under way`, { cause: error });
    if (isWhole) return null;
    throw new Error(`${why}, and may be of a rewind that was left unfinished: if not, remove it`, {
      cause: error,
    });
  }
}

async function factsOf<K extends JobName>(job: AnyJobState | null): Promise<FactsOf<K> | null> {
  if (job === null) return null;
  const kind = kindOf(job.request.job);
  const facts = kind.facts as (job: JobState, alive: boolean) => FactsOf<K>;
  return facts(job, await isRunning(job));
}

/** True while systemd runs a job with the state file of kind `name`, whatever that file holds. */
export async function isAnyActive(name: JobName): Promise<boolean> {
  const patterns = kindsIn(kindOf(name).file).map((kind) => `${unitPrefix(kind)}*`);
  return systemdRuns() && (await activeUnits(patterns)).length > 0;
}

/** Names of systemd units of jobs of kind `name` begin with it. */
export function unitPrefix(name: JobName): string {
  return `postgresql-charm-${name}`;
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
