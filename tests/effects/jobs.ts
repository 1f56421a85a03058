/** Effects of starting and stopping what runs beside hooks. */
import type { CopyFacts, JobRequest, Observation, ServerStep } from '../shipped.ts';
import type { Effects } from './effect.ts';

type CopyRequest = Extract<JobRequest, { job: 'clone' | 'rewind' }>;

export const jobEffects: Effects<Extract<ServerStep['kind'], `job.${string}`>> = {
  'job.start': (seen, { request }) => {
    if (request.job === 'fence') {
      const { controllers } = request;
      return withServer(seen, {
        fence: { alive: true, began: seen.now, controllers, stoppedAt: null },
      });
    }
    if (request.job === 'watch') {
      const { until, limitSeconds } = request;
      return withServer(seen, { watch: { until, limitSeconds, began: seen.now, alive: true } });
    }
    return withServer(seen, { job: copyFacts(seen, request) });
  },
  'job.stop': (seen, { job }) => {
    const { fence, watch, job: other } = seen.server;
    const ended = { alive: false, error: 'stopped', finishedAt: seen.nowText, ended: seen.now };
    if (job === 'fence')
      return withServer(seen, { fence: fence === null ? null : { ...fence, alive: false } });
    if (job === 'watch')
      return withServer(seen, { watch: watch === null ? null : { ...watch, alive: false } });
    return withServer(seen, { job: other === null ? null : { ...other, ...ended } });
  },
};

/** A copy that has just begun. */
function copyFacts({ now, nowText, server }: Observation, request: CopyRequest): CopyFacts {
  const before = server.job;
  const isRetry = before?.job === request.job && (before.error !== null || before.finishedAt === null);
  return {
    job: request.job,
    fromUnit: request.fromUnit,
    lineage: request.lineage,
    startedAt: nowText,
    began: now,
    phase: 'starting',
    bytesDone: null,
    bytesTotal: null,
    discarded: null,
    attempts: isRetry ? before.attempts + 1 : 1,
    error: null,
    finishedAt: null,
    ended: null,
    alive: true,
  };
}

function withServer(seen: Observation, change: Partial<Observation['server']>): Observation {
  return { ...seen, server: { ...seen.server, ...change } };
}
