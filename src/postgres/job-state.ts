/** The state file of the supervised job: written by the job as it goes, read by every pass. */
import { join } from 'node:path';
import * as z from 'zod';
import type { FenceFacts, JobFacts, Moment } from '../server/server-facts.ts';
import type { JobRequest } from '../server/server-steps.ts';
import { bootId } from '../system/clock.ts';
import { readText, writeAtomic } from '../system/files.ts';
import { isTransientUnitActive, systemdRuns } from '../system/systemd.ts';
import { placeShape } from './marker.ts';

/** Null in the state of a job that began before states had it. */
const momentShape = z.object({ boot: z.string(), seconds: z.number() }).nullable().default(null);
const upstreamShape = z.object({
  host: z.string(),
  port: z.int(),
  slot: z.string().nullable(),
  applicationName: z.string(),
});
const untilShape = z.discriminatedUnion('event', [
  z.object({ event: z.literal('unreachable'), host: z.string(), port: z.int() }),
  z.object({ event: z.literal('elapsed') }),
]);
/** Empty, which says nothing, in the state of a job that began before states had it. */
const lineageShape = z.string().default('');
const stateShape = z.object({
  request: z.discriminatedUnion('job', [
    z.object({
      job: z.literal('clone'),
      fromUnit: z.string(),
      lineage: lineageShape,
      upstream: upstreamShape,
      replicationRole: z.string(),
      place: placeShape,
    }),
    z.object({
      job: z.literal('rewind'),
      fromUnit: z.string(),
      lineage: lineageShape,
      upstream: upstreamShape,
      replicationRole: z.string(),
    }),
    z.object({ job: z.literal('watch'), until: untilShape, limitSeconds: z.number() }),
    z.object({ job: z.literal('fence'), controllers: z.array(z.string()), replicationRole: z.string() }),
  ]),
  /**
   * Process id and its start time in clock ticks since boot: together they name one process. Null before it
   * runs.
   */
  process: z.object({ pid: z.int(), startTicks: z.string() }).nullable(),
  bootId: z.string(),
  systemdUnit: z.string(),
  startedAt: z.string(),
  began: momentShape,
  phase: z.string(),
  bytesDone: z.number().nullable(),
  bytesTotal: z.number().nullable(),
  discarded: z.object({ from: z.string(), to: z.string() }).nullable().default(null),
  stoppedAt: z.string().nullable().default(null),
  attempts: z.int(),
  error: z.string().nullable(),
  finishedAt: z.string().nullable(),
  ended: momentShape,
});

export type JobName = JobRequest['job'];

export interface JobState {
  readonly request: JobRequest;
  readonly process: { readonly pid: number; readonly startTicks: string } | null;
  readonly bootId: string;
  /** Without `.service`. A name for each start: the job before may still be waking the charm. */
  readonly systemdUnit: string;
  readonly startedAt: string;
  readonly began: Moment | null;
  readonly phase: string;
  readonly bytesDone: number | null;
  readonly bytesTotal: number | null;
  readonly discarded: { readonly from: string; readonly to: string } | null;
  /** When a fence stopped the server last. */
  readonly stoppedAt: string | null;
  readonly attempts: number;
  readonly error: string | null;
  readonly finishedAt: string | null;
  readonly ended: Moment | null;
}

/** The state file of a kind of job: clones and rewinds share one, since one replaces the other. */
function jobPath(state: string, job: JobName): string {
  return join(state, job === 'watch' || job === 'fence' ? `${job}.json` : 'job.json');
}

/**
 * The state of the last job; null when there was none. A damaged file counts as none: a job can always be
 * started again.
 */
export async function readJobState(state: string, name: JobName): Promise<JobState | null> {
  const text = await readText(jobPath(state, name));
  if (text === null) return null;
  try {
    return stateShape.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** Replaces the state of the job. */
export async function writeJobState(state: string, job: JobState): Promise<void> {
  await writeAtomic(jobPath(state, job.request.job), `${JSON.stringify(job, null, 2)}\n`, {
    mode: 0o600,
    owner: 'root',
  });
}

/** The fence as facts, null when there was none. */
export async function observeFence(state: string): Promise<FenceFacts | null> {
  const job = await readJobState(state, 'fence');
  if (job?.request.job !== 'fence') return null;
  const alive = job.finishedAt === null && (await isAlive(job));
  const { began, stoppedAt } = job;
  return { alive, began, controllers: job.request.controllers, stoppedAt };
}

/** The last job as facts, null when there was none. */
export async function observeJob(state: string, name: Exclude<JobName, 'fence'>): Promise<JobFacts | null> {
  const job = await readJobState(state, name);
  if (job === null || job.request.job === 'fence') return null;
  const { request, startedAt, began, phase, bytesDone, bytesTotal, discarded, attempts, error } = job;
  const { finishedAt, ended } = job;
  return {
    job: request.job,
    fromUnit: request.job === 'watch' ? null : request.fromUnit,
    lineage: request.job === 'watch' ? null : request.lineage,
    startedAt,
    began,
    waitsFor: request.job === 'watch' ? { until: request.until, limitSeconds: request.limitSeconds } : null,
    phase,
    bytesDone,
    bytesTotal,
    discarded,
    attempts,
    error,
    finishedAt,
    ended,
    alive: finishedAt === null && (await isAlive(job)),
  };
}

/**
 * Whether the process that runs `job` lives. Until it has said who it is, systemd knows: a hook can be killed after the job was
 * written down and before it was started, and nothing would wake the charm then.
 */
export async function isAlive(job: JobState): Promise<boolean> {
  if (job.bootId !== bootId()) return false;
  if (job.process === null) return systemdRuns() && (await isTransientUnitActive(job.systemdUnit));
  return (await startTicks(job.process.pid)) === job.process.startTicks;
}

/** Start time of a process in clock ticks; null when it does not live. */
export async function startTicks(pid: number): Promise<string | null> {
  const text = await readText(`/proc/${pid}/stat`).catch(() => null);
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ');
  return fields === undefined || fields[0] === 'Z' ? null : (fields[19] ?? null);
}
