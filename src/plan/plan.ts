/** The plan of one round: lanes of steps that bring this unit nearer to what it should be, its status, and the rules that spoke. */

import { writesBeginWithin } from '../cluster/deadlines.ts';
import type { Status } from '../cluster/goal.ts';
import { foreignProblem } from '../server/startup.ts';
import { claimOf, planClaim, planRelease } from './claim.ts';
import { settledDatabases } from './clients/access.ts';
import { readersSeen } from './clients/readers.ts';
import { hasWrittenDecision } from './deadlines.ts';
import { type Lane, type Phase, planLane } from './lanes/lane.ts';
import { publicationPhases } from './lanes/publication.ts';
import { safetyPhases } from './lanes/safety.ts';
import { upkeepLanes } from './lanes/upkeep.ts';
import type { Means } from './means.ts';
import { fencedNotice, isMaintained, planFenceEnd } from './members/fence.ts';
import { rewoundNotice } from './members/rewind-notice.ts';
import type { Memory } from './memory.ts';
import { nextMemory } from './next-memory.ts';
import type { Observation } from './observation.ts';
import { type Situation, situationOf } from './situation.ts';
import { applicationStatusOf } from './status/application.ts';
import { problemNotices } from './status/problem-log.ts';
import { type Problem, problemsOf } from './status/problems.ts';
import { unitStatus } from './status/unit.ts';
import type { FailedStep, PlannedStep } from './step.ts';
import { unknownProblems } from './unknown.ts';
import { withoutPromises } from './unremembered.ts';
import { planWatch } from './watch.ts';

export interface Plan {
  /** Lanes in the order in which their steps are taken. */
  readonly lanes: readonly Lane[];
  /** Ids of the rules that spoke. */
  readonly rules: readonly number[];
  /**
   * Steps that make a server accept writes are taken only so many seconds after Juju was asked, later in a fresh hook; null when that does
   * not matter.
   */
  readonly writesBeginWithinSeconds: number | null;
  /** To be on disk before any step is taken. */
  readonly memory: Memory;
  /** Lines for the log, once each: the memory says which were written. */
  readonly notices: readonly string[];
  /** Faults that somebody can mend, most urgent first; the status shows as many as fit. */
  readonly problems: readonly Problem[];
  /** Looks that failed: the plan keeps to what was known before. */
  readonly unknown: readonly string[];
  readonly status: Status;
  /** Databases in which nothing is left to do for any of their relations. */
  readonly settledDatabases: readonly string[];
  /** Null on units that are not the leader. */
  readonly applicationStatus: Status | null;
}

/** Plans one round of an observation. `failed` are the steps that did not work in this pass. */
export function makePlan(observation: Observation, means: Means, failed: readonly FailedStep[]): Plan {
  return planOf(situationOf(observation, means), failed);
}

/** Plans one round. Pure: the same situation gives the same plan. */
export function planOf(situation: Situation, failed: readonly FailedStep[]): Plan {
  const { observation, member, leading, reading } = situation;
  const blocked = isStopped(situation);
  const problems = problemsOf(situation, failed);
  const logged = problemNotices(situation, problems, failed);
  const memory = blocked
    ? observation.memory
    : {
        ...nextMemory(observation, member, reading.peers.decision),
        readers: readersSeen(situation),
        problems: logged.marks,
      };
  const notices = [
    rewoundNotice(observation, memory),
    fencedNotice(observation, memory),
    ...(blocked ? [] : logged.lines),
  ];
  return {
    lanes: lanesOf(situation, failed),
    rules: blocked ? [] : [member.rule, ...(leading === null ? [] : [leading.outcome.rule])],
    writesBeginWithinSeconds: writesBeginWithin(situation.view, member),
    memory,
    notices: notices.flatMap((notice) => notice ?? []),
    problems: [...problems.machine, ...problems.settings, ...problems.relations],
    unknown: unknownProblems(observation),
    status: unitStatus(situation, problems, failed),
    settledDatabases: settledDatabases(situation),
    applicationStatus: leading === null ? null : applicationStatusOf(leading.outcome, situation),
  };
}

/** All steps of a plan in the order in which they are taken. */
export function stepsOf({ lanes }: Pick<Plan, 'lanes'>): PlannedStep[] {
  return lanes.flatMap(({ steps }) => steps);
}

/**
 * The lanes of a round. Named dependencies: while the server is on its way to its role, that alone is planned, since what others read and
 * what is kept in order follows from it (the loop bounds how often a step is taken, so no lane keeps the others waiting for ever); the
 * watch is set when nothing else is left to do, and knows then what is waited for. A new cluster and new settings wait for packages
 * that have not been tried yet (arePackagesAwaited). A decision that this hook has written waits for no upkeep: Juju commits it when the hook
 * ends.
 */
function lanesOf(situation: Situation, failed: readonly FailedStep[]): readonly Lane[] {
  const { observation } = situation;
  const lane = (name: string, phases: readonly Phase[]): Lane => {
    const planned = planLane(name, phases, situation, failed);
    return observation.unknown.promises === undefined ? planned : withoutPromises(planned, observation);
  };
  const some = (lanes: readonly Lane[]): Lane[] => lanes.filter(({ steps }) => steps.length > 0);
  if (claimOf(observation).kind !== 'own') return some([lane('safety', [() => planClaim(observation)])]);
  const lanes = workingLanes(situation, failed, lane);
  return lanes.length > 0 ? lanes : some([lane('release', [() => planRelease(observation)])]);
}

/** Lanes of a unit whose machine this is. */
function workingLanes(
  situation: Situation,
  failed: readonly FailedStep[],
  lane: (name: string, phases: readonly Phase[]) => Lane,
): readonly Lane[] {
  const { observation } = situation;
  const some = (lanes: readonly Lane[]): Lane[] => lanes.filter(({ steps }) => steps.length > 0);
  if (isMaintained(observation)) return some([lane('safety', [planFenceEnd])]);
  if (isStopped(situation)) return [];
  const safety = lane('safety', safetyPhases);
  if (safety.steps.length > 0) return [safety];
  const upkeep = some(Object.entries(upkeepLanes).map(([name, phases]) => lane(name, phases)));
  const isPostponed = upkeep.length > 0 && hasWrittenDecision(situation.observation.juju);
  const others = some([lane('publication', publicationPhases(failed)), ...(isPostponed ? [] : upkeep)]);
  return others.length > 0 ? others : some([lane('watch', [(seen) => planWatch(seen, failed, isPostponed)])]);
}

/** Nothing is done: an operator has asked for that, or the cluster or the machine is not this unit's. */
function isStopped(situation: Situation): boolean {
  const { observation, reading } = situation;
  const foreign = observation.server.place === null && foreignProblem(observation.server.foreign) !== null;
  const unread = reading.peers.decision === null && reading.peers.problems.length > 0;
  return claimOf(observation).kind !== 'own' || isMaintained(observation) || foreign || unread;
}
