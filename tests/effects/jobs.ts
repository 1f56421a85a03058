/** Effects of starting and stopping what runs beside hooks. */
import type { CopyFacts, JobRequest, Observation, PackagesFacts, ServerStep } from '../shipped.ts';
import type { Effects } from './effect.ts';

type CopyRequest = Extract<JobRequest, { job: 'clone' | 'rewind' }>;
type PackagesRequest = Extract<JobRequest, { job: 'packages' }>;

export const jobEffects: Effects<Extract<ServerStep['kind'], `job.${string}`>> = {
  'job.start': (seen, { request }) => {
    if (request.job === 'fence') {
      const stoppedAt = seen.server.fence?.stoppedAt ?? null;
      const { controllers } = request;
      return withServer(seen, {
        fence: { alive: true, isCurrent: true, controllers, stoppedAt, failure: null },
      });
    }
    if (request.job === 'watch') {
      const { until, limitSeconds } = request;
      return withServer(seen, { watch: { until, limitSeconds, began: seen.now, alive: true } });
    }
    if (request.job === 'packages') return withServer(seen, { packages: packagesFacts(seen, request) });
    return withServer(seen, { job: copyFacts(seen, request) });
  },
  'job.stop': (seen, { job }) => {
    const { fence, watch, packages, job: other } = seen.server;
    const ended = { alive: false, error: 'stopped', finishedAt: seen.nowText, ended: seen.now };
    if (job === 'fence')
      return withServer(seen, { fence: fence === null ? null : { ...fence, alive: false } });
    if (job === 'watch')
      return withServer(seen, { watch: watch === null ? null : { ...watch, alive: false } });
    if (job === 'packages')
      return withServer(seen, { packages: packages === null ? null : { ...packages, ...ended } });
    return withServer(seen, { job: other === null ? null : { ...other, ...ended } });
  },
};

/** A fence that could not be started: the one before has been ended for it. */
export function withoutFence(seen: Observation, controllers: readonly string[], reason: string): Observation {
  const stoppedAt = seen.server.fence?.stoppedAt ?? null;
  const failure = { reason, at: seen.now };
  return withServer(seen, { fence: { alive: false, isCurrent: false, controllers, stoppedAt, failure } });
}

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

/** An installation that has just begun. */
function packagesFacts({ now, nowText, server }: Observation, request: PackagesRequest): PackagesFacts {
  const before = server.packages;
  const isRetry = before !== null && before.error !== null;
  return {
    major: request.major,
    server: request.server,
    extra: request.extra,
    installed: before?.installed ?? [],
    refused: before?.refused ?? {},
    startedAt: nowText,
    began: now,
    phase: 'downloading',
    isUnpacking: false,
    attempts: isRetry ? before.attempts + 1 : 1,
    error: null,
    finishedAt: null,
    ended: null,
    alive: true,
  };
}

/** The observation after its job for packages has ended: all are installed but those refused, each with its reason. */
export function afterPackages(seen: Observation, refused: Readonly<Record<string, string>>): Observation {
  const { packages, installedMajor } = seen.server;
  if (packages === null) return seen;
  const { server, extra, major } = packages;
  const added = [...server, ...extra].filter((name) => refused[name] === undefined);
  const isServerThere = server.length > 0 && server.every((name) => added.includes(name));
  return withServer(seen, {
    packages: {
      ...packages,
      installed: [...new Set([...packages.installed, ...added])],
      refused,
      alive: false,
      error: Object.values(refused)[0] ?? null,
      finishedAt: seen.nowText,
      ended: seen.now,
    },
    installedMajor: isServerThere ? (major ?? releaseMajor) : installedMajor,
  });
}

/** Major that Debian's release brings. */
export const releaseMajor = 15;

function withServer(seen: Observation, change: Partial<Observation['server']>): Observation {
  return { ...seen, server: { ...seen.server, ...change } };
}
