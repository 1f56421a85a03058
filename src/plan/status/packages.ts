/** Packages in the status of the unit. */
import type { Status } from '../../cluster/goal.ts';
import { entryOf } from '../../server/entry-of.ts';
import type { PackagesFacts } from '../../server/jobs.ts';
import { applicationOf } from '../event.ts';
import { hasTried, missingPackages, namesOf } from '../server/packages.ts';
import type { Situation } from '../situation.ts';

/** Packages that cannot be had, each with apt's reason and the way out. */
export function packageProblems(situation: Situation): string[] {
  const { server, event } = situation.observation;
  const job = server.packages;
  if (job === null) return [];
  const missing = missingPackages(situation);
  const refused = namesOf(missing).filter(
    (name) => hasTried(job, [name]) && entryOf(job.refused, name) !== undefined,
  );
  return refused.map((name) => {
    const reason = entryOf(job.refused, name) ?? '';
    if (missing.server.includes(name))
      return `PostgreSQL cannot be installed: ${reason}; it is tried again by itself`;
    if (name === 'rsyslog') return `rsyslog, which forwards the log, cannot be installed: ${reason}`;
    const correct = `correct it with: juju config ${applicationOf(event.unit)} extra_packages=…`;
    return `extra_packages: ${name} cannot be installed: ${reason}; ${correct} (it is tried again by itself)`;
  });
}

/** PostgreSQL is on its way; null when it is there, or no job is about it yet. */
export function installationUnderWay(situation: Situation): Status | null {
  const { server } = missingPackages(situation);
  const job = situation.observation.server.packages;
  if (server.length === 0 || job === null || !hasTried(job, server)) return null;
  return isWaiting(job)
    ? { state: 'waiting', message: `PostgreSQL is not installed yet: ${job.error ?? job.phase}` }
    : { state: 'maintenance', message: 'Installing PostgreSQL' };
}

/** Packages that are being installed beside a server that has the status `live`; null when there are none. */
export function packagesUnderWay(situation: Situation, live: Status): Status | null {
  const job = situation.observation.server.packages;
  const names = missingPackages(situation).extra.join(' ');
  if (names === '' || job === null) return null;
  const progress = isWaiting(job) ? `: ${job.error ?? job.phase}` : '';
  return { state: live.state, message: `${live.message}; installing ${names}${progress}` };
}

/** Another program holds the package system, or the job was killed or stopped: it goes on by itself. */
function isWaiting(job: PackagesFacts): boolean {
  return job.alive ? job.phase.startsWith('waiting') : job.error !== null;
}
