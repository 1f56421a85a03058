/** Starting and stopping jobs from a pass. The fence is started by fence-start.ts. */
import { join } from 'node:path';
import type { JobName, JobRequest } from '../server/jobs.ts';
import { bootId, bootMoment, nowIso } from '../system/clock.ts';
import { startTransientUnit, systemctl } from '../system/systemd.ts';
import {
  type AnyJobState,
  isAnyActive,
  isRunning,
  readFormerState,
  unitPrefix,
  writeJobState,
} from './job-state.ts';
import type { JobKind } from './jobs/job-kind.ts';
import { kindOf } from './jobs/kinds.ts';
import type { MachineContext } from './machine.ts';

/** Longer than any kind is given to end by itself. */
const STOP_LIMIT_MS = 90_000;

/**
 * Starts `request` as a systemd unit that outlives the hook. What runs with the same state file is stopped first, or left alone when it
 * is of the same kind and has no successor.
 */
export async function startJob(
  context: MachineContext,
  request: Exclude<JobRequest, { job: 'fence' }>,
): Promise<void> {
  const { state } = context.roots;
  const kind = kindOf(request.job);
  const last = await readFormerState(state, request.job);
  // Of one that runs with a damaged state nobody knows its kind; it writes a whole one when it goes on or ends.
  if (last === null && kind.second === 'waits' && (await isAnyActive(request.job))) return;
  if (last !== null && (await isRunning(last))) {
    if (last.request.job === request.job && kind.second === 'waits') return;
    await stopJob(context, last.request.job);
  }
  const job = await newJob(request, last);
  await writeJobState(state, job);
  const program = join(context.charmDirectory, 'dist', 'charm');
  await startTransientUnit({
    name: job.systemdUnit,
    description: `PostgreSQL charm: ${request.job}`,
    command: [program, 'job', request.job],
    environment: { CHARM_UNIT: context.unit },
    properties: kind.properties(program),
  });
}

/** The state a job begins with. The attempt counter goes on when the same work was not brought to a good end before. */
export async function newJob(request: JobRequest, last: AnyJobState | null): Promise<AnyJobState> {
  const { job } = request;
  const kind = kindOf(job);
  const former = last?.request.job === job ? last : null;
  const startedAt = nowIso();
  return {
    request,
    notes: former !== null && kind.keepsNotes ? former.notes : kind.notes.parse({}),
    process: null,
    bootId: bootId(),
    systemdUnit: unitName(job, kind.runs, startedAt),
    startedAt,
    began: bootMoment(),
    phase: 'starting',
    bytesDone: null,
    bytesTotal: null,
    attempts: former !== null && isAnotherAttempt(former, request) ? former.attempts + 1 : 1,
    error: null,
    finishedAt: null,
    ended: null,
  } as AnyJobState;
}

/** A name for each start, where the job before may still be waking the charm. */
function unitName(job: JobName, runs: JobKind<JobName>['runs'], startedAt: string): string {
  const name = unitPrefix(job);
  return runs === 'always' ? name : `${name}-${startedAt.replaceAll(/\D/g, '')}`;
}

function isAnotherAttempt(last: AnyJobState, request: JobRequest): boolean {
  const isSameWork = kindOf(request.job).isSameWork as (last: JobRequest, request: JobRequest) => boolean;
  return (last.error !== null || last.finishedAt === null) && isSameWork(last.request, request);
}

/** Ends a running job and waits for its end; nothing when none runs. */
export async function stopJob(context: Pick<MachineContext, 'roots'>, job: JobName): Promise<void> {
  const last = await readFormerState(context.roots.state, job);
  if (last === null || last.request.job !== job || last.finishedAt !== null) return;
  await systemctl(['stop', `${last.systemdUnit}.service`], STOP_LIMIT_MS).catch(() => {});
  await writeJobState(context.roots.state, {
    ...last,
    error: 'stopped',
    finishedAt: nowIso(),
    ended: bootMoment(),
  });
}
