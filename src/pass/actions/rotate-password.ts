/** rotate-password: the next generation of one role's password. */
import { setBag } from '../../juju/relations.ts';
import { clientWishes } from '../client-plan.ts';
import { noteBag } from '../context.ts';
import { wakeSelf } from '../executors/wake.ts';
import { applicationOf } from '../event.ts';
import { observe } from '../observe.ts';
import { readOptions } from '../options.ts';
import { replicationRole } from '../wanted-server.ts';
import { type Action, refuse } from './action.ts';

/** Raises the generation; the units do the rest when they see it. */
export const rotatePassword: Action = async (parameters, context) => {
  const user = String(parameters['user'] ?? '');
  const { juju, credentials, event } = await observe(context);
  if (!juju.leader || juju.peer === null)
    return refuse('run it on the leader; juju status marks it with a star');
  const { options } = readOptions(juju.options, applicationOf(event.unit));
  const users = [...clientWishes({ juju }, options).grants.map((grant) => grant.user), replicationRole];
  if (!users.includes(user)) {
    return refuse(
      `"${user.slice(0, 80)}" is not a user of this charm; there are: ${[...new Set(users)].toSorted().join(', ')}`,
    );
  }
  const generation = (credentials.generations[user] ?? 1) + 1;
  const content = { generations: JSON.stringify({ ...credentials.generations, [user]: generation }) };
  await setBag(juju.peer.id, 'application', content);
  noteBag(context, juju.peer.id, 'application', content);
  await wakeSelf(event.unit, context.charmDirectory);
  return {
    results: { result: `${user} has password number ${generation}; its client is told as the units follow` },
    pass: true,
  };
};
