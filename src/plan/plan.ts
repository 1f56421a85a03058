/** The plan of one round: which steps bring this unit nearer to what it should be, what to show, and which rules said so. */

import { writesBeginWithin } from '../cluster/deadlines.ts';
import type { Status } from '../cluster/goal.ts';
import { relationMessage } from '../relations/client-request.ts';
import type { Render } from '../server/managed-files.ts';
import { foreignProblem } from '../server/startup.ts';
import { notices } from './lanes/publication.ts';
import {
  catalog,
  forwarding,
  guard,
  preparation,
  server,
  sessions,
  unguarded,
  watching,
} from './lanes/upkeep.ts';
import type { Memory } from './memory.ts';
import { nextMemory } from './next-memory.ts';
import type { Observation } from './observation.ts';
import { type Round, workOut } from './situation.ts';
import { applicationStatusOf, unitStatus } from './status.ts';
import { type FailedStep, type Step, stepKey } from './step.ts';

export interface Plan {
  readonly steps: readonly Step[];
  /** Ids of the rules that spoke. */
  readonly rules: readonly number[];
  /**
   * Steps that make a server accept writes are taken only before this time (ISO), later in a fresh hook; null when that does not matter.
   */
  readonly writesBeginBefore: string | null;
  /** To be on disk before any step is taken. */
  readonly memory: Memory;
  readonly status: Status;
  /** Null on units that are not the leader. */
  readonly applicationStatus: Status | null;
}

/**
 * Plans one round. Pure: the same observation gives the same plan. Concerns come in an order, and a later one is planned only when the
 * earlier ones have nothing left to do: packages, server, catalog, then what others are told. Steps that failed in this pass are left
 * out, so that what does not depend on them goes on.
 */
export function makePlan(observation: Observation, render: Render, failed: readonly FailedStep[]): Plan {
  const round = workOut(observation, render, failed);
  const { member, leader } = round;
  const keys = new Set(failed.map(({ step }) => stepKey(step)));
  const blocked = isStopped(round);
  let steps: Step[] = [];
  for (const concern of concernsOf(round)) {
    steps = concern(round).filter((step) => !keys.has(stepKey(step)));
    if (steps.length > 0) break;
  }
  const shown = { ...round, problems: clientProblems(round) };
  return {
    steps,
    rules: blocked ? [] : [member.rule, ...(leader === null ? [] : [leader.rule])],
    writesBeginBefore: writesBeginBefore(round),
    memory: blocked ? observation.memory : nextMemory(observation, member, round.peers.decision),
    status: unitStatus(shown, failed),
    applicationStatus: leader === null ? null : applicationStatusOf(leader, observation),
  };
}

function concernsOf(round: Round): readonly ((round: Round) => Step[])[] {
  if (isMaintained(round)) return [unguarded];
  if (isStopped(round)) return [];
  return [preparation, guard, server, sessions, catalog, notices, forwarding, watching];
}

/** Nothing is done: an operator has asked for that, or what is found here is not the charm's. */
function isStopped(round: Round): boolean {
  const { observation, peers } = round;
  const foreign = observation.server.place === null && foreignProblem(observation.server.foreign) !== null;
  return isMaintained(round) || foreign || (peers.decision === null && peers.problems.length > 0);
}

function isMaintained({ observation: { juju } }: Round): boolean {
  return juju.peer?.committed['maintenance'] === 'on' && juju.peer.application['maintenance'] === 'on';
}

function writesBeginBefore({ observation, view, member }: Round): string | null {
  const limitSeconds = writesBeginWithin(view, member);
  if (limitSeconds === null) return null;
  return new Date(Date.parse(observation.juju.askedAt) + limitSeconds * 1000).toISOString();
}

/** Relation → why it is not served as asked. The primary alone says so: the others could only repeat it. */
function clientProblems({
  observation,
  member,
  wishes,
  catalog,
  logs,
}: Round): Readonly<Record<string, string>> {
  if (member.clientRole !== 'primary') return logs.problems;
  const refusedHere = observation.juju.clients.flatMap(({ id, remoteApplication }) => {
    const problem = catalog.problems[id];
    return problem === undefined ? [] : [[id, relationMessage(id, remoteApplication, problem)] as const];
  });
  return { ...wishes.problems, ...Object.fromEntries(refusedHere), ...logs.problems };
}
