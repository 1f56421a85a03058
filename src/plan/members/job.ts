/** A unit's clone or rewind as the rules look at it. */
import type { MemberJob } from '../../cluster/view.ts';
import type { CopyFacts } from '../../server/jobs.ts';
import type { Moment } from '../../server/moment.ts';
import { retryInSeconds } from '../retry.ts';

/** The job, with the pause left before its next attempt. */
export function memberJob(job: CopyFacts, now: Moment): MemberJob {
  const state = job.alive ? 'running' : job.finishedAt !== null && job.error === null ? 'done' : 'failed';
  return {
    name: job.job,
    state,
    from: job.fromUnit,
    lineage: job.lineage,
    progress: progressText(job),
    error: job.error ?? (state === 'failed' ? 'it was killed' : null),
    attempts: job.attempts,
    retryInSeconds: retryInSeconds(job, now),
  };
}

function progressText({ bytesDone, bytesTotal }: CopyFacts): string | null {
  if (bytesDone === null || bytesTotal === null || bytesTotal <= 0) return null;
  const percent = Math.min(100, Math.floor((bytesDone / bytesTotal) * 100));
  const mib = bytesTotal / 1024 / 1024;
  return `${percent}% of ${mib >= 1024 ? `${(mib / 1024).toFixed(1)} GiB` : `${Math.round(mib)} MiB`}`;
}
