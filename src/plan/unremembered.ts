/** Steps a unit may take while it cannot write down what it must know again after a restart. */
import { decisionKey } from '../cluster/bags/decision.ts';
import type { Lane } from './lanes/lane.ts';
import type { Observation } from './observation.ts';
import type { PlannedStep } from './step.ts';

/**
 * The lane without the steps that rest on a promise or an epoch noted on disk: own facts for peers, and whatever gives the server another
 * role. A stop needs no memory, decisions of the leader are kept by Juju, and clients are answered all the same.
 */
export function withoutPromises({ name, steps }: Lane, { juju }: Pick<Observation, 'juju'>): Lane {
  const peer = juju.peer?.id ?? null;
  return {
    name,
    steps: steps.filter((step) => (name === 'safety' ? isSafe(step) : !isOwnFacts(step, peer))),
  };
}

function isSafe({ kind }: PlannedStep): boolean {
  return kind === 'server.stop' || kind === 'job.start' || kind === 'marker.write' || kind === 'boot.set';
}

function isOwnFacts(step: PlannedStep, peer: string | null): boolean {
  if (step.kind !== 'bag.set' || step.relation !== peer) return false;
  return step.owner === 'unit' || !(decisionKey in step.content);
}
