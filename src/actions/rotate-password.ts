/** rotate-password: the next generation of passwords. */
import { generationsKey } from '../plan/credentials.ts';
import { replicationRole } from '../plan/server/role.ts';
import type { Step } from '../plan/step.ts';
import { rotationOf } from '../relations/rotation.ts';
import { entryOf } from '../server/entry-of.ts';
import { type Action, asLeader, peerStep, refuse, wake } from './action.ts';

/**
 * Raises generations; the units do the rest when they see it. The primary sets a password first, then every unit publishes it, so a
 * client is without one only while it reacts.
 */
export const rotatePassword: Action = async (parameters, observe) => {
  const situation = await observe();
  const leader = asLeader(situation);
  if (!('peer' in leader)) return leader;
  const { juju, credentials } = situation.observation;
  const { grants } = situation.reading.grants;
  const rotation = rotationOf(String(parameters['scope'] ?? ''), juju.clients, grants, replicationRole);
  if ('problem' in rotation) return refuse(rotation.problem);
  const { users, unreached } = rotation;
  const result = users.length === 0 ? 'nobody has a password to rotate' : `rotated: ${users.join(', ')}`;
  return {
    results: { result, ...(unreached.length === 0 ? {} : { 'cannot-be-told': unreached.join('\n') }) },
    steps: users.length === 0 ? [] : raising(users, credentials.generations, leader.peer),
  };
};

function raising(
  users: readonly string[],
  generations: Readonly<Record<string, number>>,
  peer: string,
): Step[] {
  const raised = Object.fromEntries(users.map((user) => [user, (entryOf(generations, user) ?? 1) + 1]));
  return [
    wake('to set the new passwords'),
    peerStep(peer, { [generationsKey]: JSON.stringify({ ...generations, ...raised }) }),
  ];
}
