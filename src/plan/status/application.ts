/** Status of the application, from the leader. */
import type { Status } from '../../cluster/goal.ts';
import type { LeaderOutcome } from '../../cluster/leader.ts';
import { requestProblems } from '../../relations/grants.ts';
import { entryOf } from '../../server/entry-of.ts';
import { primaryUnit } from '../clients/primary.ts';
import { knownReasons } from '../clients/unmet.ts';
import type { Situation } from '../situation.ts';

/** The leader's word, unless maintenance mode is on, and how many clients have requests that are not met. */
export function applicationStatusOf(leader: LeaderOutcome, situation: Situation): Status {
  if (situation.observation.juju.peer?.application['maintenance'] === 'on')
    return { state: 'blocked', message: 'Maintenance mode' };
  const { state, message } = leader.status;
  const primary = primaryUnit(situation);
  const count = unmetRelations(situation, primary).length;
  if (state !== 'active' || primary === null || count === 0) return leader.status;
  const whose = count === 1 ? 'a request of 1 client' : `requests of ${count} clients`;
  return { state, message: `${message}; ${whose} cannot be met: see ${primary}` };
}

function unmetRelations(situation: Situation, primary: string | null): string[] {
  const { relations } = situation.reading;
  const unread = requestProblems(relations);
  const reasons = knownReasons(situation, [], primary);
  const ids = relations.map(({ relation }) => relation.id);
  return ids.filter((id) => Object.hasOwn(unread, id) || Object.keys(entryOf(reasons, id) ?? {}).length > 0);
}
