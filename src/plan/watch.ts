/** A watch beside the hook: the pass runs again when what it waits for has happened, though no event may tell. */
import { type Watch, wakeAfter } from '../cluster/goal.ts';
import type { WatchCondition } from '../server/jobs.ts';
import { usersBehind } from './clients/passwords.ts';
import { readersWatch } from './clients/readers.ts';
import { secondsSince } from './elapsed.ts';
import { planFenceEnd } from './members/fence.ts';
import type { Observation } from './observation.ts';
import { packagesRetrySeconds } from './server/packages.ts';
import type { Situation } from './situation.ts';
import type { FailedStep, Step } from './step.ts';
import { unknownProblems } from './unknown.ts';

/** A running watch that ends this much later than a desired one still does for it. */
const slackSeconds = 2;
/** Pause before a failure on the machine, or a look or check that failed, is tried again if no event comes before. */
const retrySeconds = 60;
/** Pause before a standby looks again for a new password, if the primary's report comes before the data. */
const renewalSeconds = 15;

/**
 * Steps for when nothing else is left to do: a fence that is not needed any more ends, and the next wake is set. `isPostponed`: upkeep is
 * left to the next hook.
 */
export function planWatch(situation: Situation, failed: readonly FailedStep[], isPostponed: boolean): Step[] {
  const { observation, member, leading, reading, raw } = situation;
  const users = reading.grants.grants.map(({ user }) => user);
  const behind = usersBehind(users, observation.credentials).length > 0;
  const isMachineAtFault = failed.some(({ step }) => step.blames.on === 'machine');
  const retry = isMachineAtFault || raw.isUnknown ? wakeAfter(retrySeconds) : null;
  const renewal =
    behind && observation.server.running?.inRecovery === true ? wakeAfter(renewalSeconds) : null;
  const again = unknownProblems(observation).length > 0 ? wakeAfter(retrySeconds) : null;
  const packages = packagesRetrySeconds(situation);
  return [
    ...planFenceEnd(situation),
    ...watchStep(observation, [
      member.watch,
      leading?.outcome.watch ?? null,
      retry,
      renewal,
      readersWatch(situation),
      again,
      packages === null ? null : wakeAfter(packages),
      isPostponed ? wakeAfter(1) : null,
    ]),
  ];
}

/**
 * Starts the watch that the rules ask for, in place of one that waits for something else or for longer. While a clone or rewind runs
 * there is none: it wakes the charm itself when it ends.
 */
export function watchStep(observation: Observation, desired: readonly (Watch | null)[]): Step[] {
  const watches = desired.flatMap((watch) => watch ?? []);
  const first = watches.find(({ until }) => until === 'silent') ?? watches[0];
  if (first === undefined || observation.server.job?.alive === true) return [];
  const limitSeconds = Math.min(...watches.map(({ seconds }) => seconds));
  const until = condition(first);
  if (isWatched(observation, until, limitSeconds)) return [];
  return [{ kind: 'job.start', request: { job: 'watch', until, limitSeconds } }];
}

function isWatched({ server, now }: Observation, until: WatchCondition, limitSeconds: number): boolean {
  const { watch } = server;
  if (watch?.alive !== true) return false;
  if (until.event !== 'elapsed' && !isSame(watch.until, until)) return false;
  const since = secondsSince(watch.began, now);
  return since !== null && watch.limitSeconds - since <= limitSeconds + slackSeconds;
}

function isSame(left: WatchCondition, right: WatchCondition): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

function condition({ until, host, port }: Watch): WatchCondition {
  return until === 'silent' && host !== null && port !== null
    ? { event: 'unreachable', host, port }
    : { event: 'elapsed' };
}
