/** Effects of starting and stopping what runs beside hooks. */
import type { JobFacts, JobRequest, Observation, ServerStep } from '../shipped.ts';
import type { Effects } from './effect.ts';

export const jobEffects: Effects<Extract<ServerStep['kind'], `job.${string}`>> = {
  'job.start': (seen, { request }) => {
    if (request.job === 'fence') {
      const { controllers } = request;
      return withServer(seen, {
        fence: { alive: true, began: seen.now, controllers, stoppedAt: null },
      });
    }
    const job = jobFacts(seen, request);
    return withServer(seen, request.job === 'watch' ? { watch: job } : { job });
  },
  'job.stop': (seen, { job }) => {
    const { fence, watch, job: other } = seen.server;
    const ended = { alive: false, error: 'stopped', finishedAt: seen.nowText, ended: seen.now };
    if (job === 'fence')
      return withServer(seen, { fence: fence === null ? null : { ...fence, alive: false } });
    if (job === 'watch') return withServer(seen, { watch: watch === null ? null : { ...watch, ...ended } });
    return withServer(seen, { job: other === null ? null : { ...other, ...ended } });
  },
};

/** A job that has just begun. */
function jobFacts(
  { now, nowText, server }: Observation,
  request: Exclude<JobRequest, { job: 'fence' }>,
): JobFacts {
  const before = request.job === 'watch' ? server.watch : server.job;
  const isRetry = before?.job === request.job && (before.error !== null || before.finishedAt === null);
  return {
    job: request.job,
    fromUnit: request.job === 'watch' ? null : request.fromUnit,
    lineage: request.job === 'watch' ? null : request.lineage,
    startedAt: nowText,
    began: now,
    waitsFor: request.job === 'watch' ? { until: request.until, limitSeconds: request.limitSeconds } : null,
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
