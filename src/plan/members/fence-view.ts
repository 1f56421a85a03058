/** The fence of an observation as the rules see it. */
import type { FenceView } from '../../cluster/view.ts';
import { secondsSince } from '../elapsed.ts';
import type { Observation } from '../observation.ts';

/**
 * Every unit with peers and a cluster needs one; a unit alone does not, since nobody can take over from
 * it, nor one whose roles the operator moves.
 */
export function fenceView(observation: Observation, hasPeers: boolean, manual: boolean): FenceView {
  const { server, juju } = observation;
  const isAlive = server.fence?.alive === true;
  // A cluster of which it is not known where it is may be a primary that runs.
  const hasCluster = server.place !== null || server.unknown.marker !== undefined;
  return {
    isNeeded: hasPeers && hasCluster && !juju.leaving && !manual,
    isAlive,
    problem: isAlive ? null : problemOf(observation),
  };
}

/** A failure of an earlier hook says nothing: the start has to be tried again first. */
function problemOf(observation: Observation): string | null {
  const { server, juju } = observation;
  if (knownControllers(observation).length === 0) return 'Juju names no address of a controller';
  const failure = server.fence?.failure ?? null;
  return failure !== null && secondsSince(juju.askedAt, failure.at) !== null ? failure.reason : null;
}

/** Addresses of Juju's controllers: the last ones known, in a hook to which Juju does not tell them. */
export function knownControllers({ event, memory }: Pick<Observation, 'event' | 'memory'>): string[] {
  return (event.controllers.length > 0 ? event.controllers : memory.controllers).toSorted();
}
