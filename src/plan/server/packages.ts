/** Packages: PostgreSQL itself, those of option extra_packages, and rsyslog where logs are forwarded. A job installs them. */
import type { PackagesFacts, PackagesRequest } from '../../server/jobs.ts';
import type { ServerFacts } from '../../server/server-facts.ts';
import type { ServerStep } from '../../server/server-steps.ts';
import { once } from '../once.ts';
import { retryInSeconds } from '../retry.ts';
import type { Situation } from '../situation.ts';

/** Packages that are not there yet. */
export const missingPackages = once((situation: Situation): PackagesRequest => {
  const { observation, reading, forwarding } = situation;
  const { server, machine, juju } = observation;
  const { options } = reading.options;
  const major = server.place?.major ?? options.major;
  const nothing = { major, server: [], extra: [] };
  if (isUnknown(server) || juju.leaving || (server.place === null && !options.majorUsable)) return nothing;
  const isForwarderMissing = forwarding.forwards.length > 0 && machine.forwards?.canForward === false;
  const installed = server.packages?.installed ?? [];
  return {
    major,
    server: isInstalled(server.installedMajor, major) ? [] : serverNames(major),
    extra: [...options.extraPackages, ...(isForwarderMissing ? ['rsyslog'] : [])].filter(
      (name) => !installed.includes(name),
    ),
  };
});

/** Packages that cannot be looked for are neither there nor missing. */
function isUnknown({ unknown }: Pick<ServerFacts, 'unknown'>): boolean {
  return unknown.programs !== undefined || unknown.packages !== undefined;
}

function isInstalled(installedMajor: number | null, major: number | null): boolean {
  return installedMajor !== null && (major === null || installedMajor >= major);
}

function serverNames(major: number | null): string[] {
  return major === null ? ['postgresql'] : [`postgresql-${major}`, `postgresql-client-${major}`];
}

/**
 * Starts the job that installs what is missing, and ends one that is about other packages, unless dpkg is at work. A unit that leaves for
 * good waits for dpkg.
 */
export function planPackages(situation: Situation): ServerStep[] {
  const { observation, view } = situation;
  const { packages: job } = observation.server;
  if (isUnknown(observation.server)) return [];
  const missing = missingPackages(situation);
  if (job?.alive === true) {
    const isObsolete = !isSameSet(namesOf(missing), missingOf(job, missing));
    const mayEnd = !job.isUnpacking || view.lastChance;
    return isObsolete && mayEnd ? [{ kind: 'job.stop', job: 'packages' }] : [];
  }
  if (namesOf(missing).length === 0 || packagesRetrySeconds(situation) !== null) return [];
  return [{ kind: 'job.start', request: { job: 'packages', ...missing } }];
}

/** Names that a running job has still to install. */
function missingOf(job: PackagesFacts, { server }: PackagesRequest): string[] {
  const extra = job.extra.filter((name) => !job.installed.includes(name));
  return [...(server.length === 0 ? [] : job.server), ...extra];
}

/** Pause before what could not be installed is tried again; null when nothing waits for that. */
export function packagesRetrySeconds(situation: Situation): number | null {
  const { server, now } = situation.observation;
  const missing = namesOf(missingPackages(situation));
  if (missing.length === 0 || server.packages === null || !hasTried(server.packages, missing)) return null;
  const seconds = retryInSeconds(server.packages, now);
  return seconds > 0 ? seconds : null;
}

/**
 * True when packages that are missing have not been tried yet. A setting may name a library that comes with them, so new settings and a new
 * cluster wait for the end of the first attempt, successful or not.
 */
export function arePackagesAwaited(situation: Situation): boolean {
  const { packages: job } = situation.observation.server;
  const missing = namesOf(missingPackages(situation));
  if (missing.length === 0) return false;
  return job === null || !hasTried(job, missing) || (job.finishedAt === null && job.attempts === 1);
}

/** True when a job is, or was, about all of `names`. */
export function hasTried(job: PackagesRequest, names: readonly string[]): boolean {
  const tried = namesOf(job);
  return names.every((name) => tried.includes(name));
}

/** All names of a request. */
export function namesOf({ server, extra }: PackagesRequest): string[] {
  return [...server, ...extra];
}

function isSameSet(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((name) => right.includes(name));
}
