/** Parts that a clone and a rewind share. */
import * as z from 'zod';
import type { CopyFacts } from '../../server/jobs.ts';
import { type JobKind, type JobState, wakesWhenKilled } from './job-kind.ts';

const Upstream = z.object({
  host: z.string(),
  port: z.int(),
  slot: z.string().nullable(),
  applicationName: z.string(),
});

/** Fields of the request. */
export const CopyRequest = z.object({
  fromUnit: z.string(),
  /** Empty, which says nothing, in the state of a job that began before states had it. */
  lineage: z.string().default(''),
  upstream: Upstream,
  replicationRole: z.string(),
});

/** Traits of a job that makes the data a standby's: one at a time, in one state file; it may be killed at any point. */
export const copyTraits = {
  keepsNotes: false,
  file: 'job',
  second: 'waits',
  runs: 'once',
  stops: 'killed',
  properties: wakesWhenKilled,
  // Another source is the same work: to have a copy.
  isSameWork: () => true,
} as const satisfies Partial<JobKind<'clone'> & JobKind<'rewind'>>;

/** Progress as the plan sees it. */
export function copyFacts(
  state: JobState<'clone' | 'rewind'>,
  alive: boolean,
  discarded: CopyFacts['discarded'],
): CopyFacts {
  const { request, startedAt, began, phase, bytesDone, bytesTotal, attempts, error } = state;
  const { finishedAt, ended } = state;
  const { job, fromUnit, lineage } = request;
  const times = { startedAt, began, finishedAt, ended };
  const progress = { ...times, phase, bytesDone, bytesTotal, attempts, error, alive };
  return { job, fromUnit, lineage, ...progress, discarded };
}
