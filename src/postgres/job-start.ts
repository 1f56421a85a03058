/** Starting and stopping the supervised job from a pass. */
import { join } from 'node:path';
import type { JobRequest } from '../server/server-steps.ts';
import { bootId, bootMoment, nowIso } from '../system/clock.ts';
import { startTransientUnit, systemctl } from '../system/systemd.ts';
import { isAlive, type JobName, type JobState, readJobState, writeJobState } from './job-state.ts';
import type { MachineContext } from './machine.ts';

/** Jobs of which a new one takes the place of one that runs. */
const hasSuccessor: ReadonlySet<JobName> = new Set<JobName>(['watch', 'fence']);

/** What guards the server must not die before it, nor wait for its turn. */
const fenceProperties = { Restart: 'on-failure', RestartSec: '2', Nice: '-10', OOMScoreAdjust: '-900' };

/** A job wakes the charm when it ends. When it was killed, systemd does that in its place. */
function propertiesOf(job: JobName, program: string): Readonly<Record<string, string>> {
  if (job === 'fence') return fenceProperties;
  return job === 'watch' ? {} : { ExecStopPost: `${program} job ended` };
}

/**
 * Starts `request` as a systemd unit that outlives the hook; does nothing while the same job is running.
 * The attempt counter goes on when the same request failed before.
 */
export async function startJob(context: MachineContext, request: JobRequest): Promise<void> {
  const { state } = context.roots;
  const last = await readJobState(state, request.job);
  if (last !== null && last.finishedAt === null && (await isAlive(last))) {
    if (last.request.job === request.job && !hasSuccessor.has(request.job)) return;
    await stopJob(context, last.request.job);
  }
  const job = await newJob(request, last);
  await writeJobState(state, job);
  if (request.job === 'fence') await systemctl(['stop', `${job.systemdUnit}.service`]).catch(() => {});
  const program = join(context.charmDirectory, 'dist', 'charm');
  await startTransientUnit({
    name: job.systemdUnit,
    description: `PostgreSQL charm: ${request.job}`,
    command: [program, 'job', request.job],
    environment: { CHARM_UNIT: context.unit },
    properties: propertiesOf(request.job, program),
  });
}

/** The state a job begins with. */
export async function newJob(request: JobRequest, last: JobState | null): Promise<JobState> {
  const again =
    last !== null && last.request.job === request.job && (last.error !== null || last.finishedAt === null);
  const startedAt = nowIso();
  const isFence = request.job === 'fence';
  return {
    request,
    process: null,
    bootId: bootId(),
    systemdUnit: `postgresql-charm-${request.job}${isFence ? '' : `-${startedAt.replaceAll(/\D/g, '')}`}`,
    startedAt,
    began: bootMoment(),
    phase: 'starting',
    bytesDone: null,
    bytesTotal: null,
    discarded: null,
    stoppedAt: null,
    attempts: again ? last.attempts + 1 : 1,
    error: null,
    finishedAt: null,
    ended: null,
  };
}

/** Ends a running job and waits for its end; nothing when none runs. */
export async function stopJob(context: Pick<MachineContext, 'roots'>, job: JobName): Promise<void> {
  const last = await readJobState(context.roots.state, job);
  if (last === null || last.request.job !== job || last.finishedAt !== null) return;
  await systemctl(['stop', `${last.systemdUnit}.service`]).catch(() => {});
  await writeJobState(context.roots.state, {
    ...last,
    error: 'stopped',
    finishedAt: nowIso(),
    ended: bootMoment(),
  });
}
