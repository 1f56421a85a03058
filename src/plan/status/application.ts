/** Status of the application, from the leader. */
import type { Status } from '../../cluster/goal.ts';
import type { LeaderOutcome } from '../../cluster/leader.ts';
import type { Observation } from '../observation.ts';

/** The leader's word, unless maintenance mode is on. */
export function applicationStatusOf(leader: LeaderOutcome, { juju }: Observation): Status {
  if (juju.peer?.application['maintenance'] === 'on')
    return { state: 'blocked', message: 'Maintenance mode' };
  return leader.status;
}
