/** rotate-password: the next generation of passwords. */
import { setBag } from '../juju/relations.ts';
import { observe } from '../observe/gather.ts';
import { noteBag } from '../pass/context.ts';
import { applicationOf } from '../pass/event.ts';
import { clientWishes } from '../plan/clients/desired.ts';
import { readOptions } from '../plan/options/read.ts';
import { replicationRole } from '../plan/server/desired-server.ts';
import { rotationOf } from '../relations/rotation.ts';
import { wakeSelf } from '../system/wake-self.ts';
import { type Action, refuse } from './action.ts';

/**
 * Raises generations; the units do the rest when they see it. The primary sets a password first, then every unit tells it, so a
 * client is without one only while it reacts.
 */
export const rotatePassword: Action = async (parameters, context) => {
  const { juju, credentials, event } = await observe(context);
  if (!juju.leader || juju.peer === null)
    return refuse('run it on the leader; juju status marks it with a star');
  const { options } = readOptions(juju.options, applicationOf(event.unit));
  const { grants } = clientWishes({ juju }, options);
  const rotation = rotationOf(String(parameters['scope'] ?? ''), juju.clients, grants, replicationRole);
  if ('problem' in rotation) return refuse(rotation.problem);
  const { users, untold } = rotation;
  const raised = users.map((user) => [user, (credentials.generations[user] ?? 1) + 1] as const);
  if (raised.length > 0) {
    const generations = { ...credentials.generations, ...Object.fromEntries(raised) };
    const content = { generations: JSON.stringify(generations) };
    await setBag(juju.peer.id, 'application', content);
    noteBag(context, juju.peer.id, 'application', content);
    await wakeSelf(event.unit, context.charmDirectory);
  }
  const told = users.length === 0 ? 'nobody has a password to rotate' : `rotated: ${users.join(', ')}`;
  const results = { result: told, ...(untold.length === 0 ? {} : { 'cannot-be-told': untold.join('\n') }) };
  return { results, pass: true };
};
