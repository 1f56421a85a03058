/** The primary as clients are to know it. */

import { entryOf } from '../../server/entry-of.ts';
import type { Situation } from '../situation.ts';

/** The unit that takes writes; null while there is none. */
export function primaryUnit({ observation, member, reading: { peers } }: Situation): string | null {
  if (member.clientRole === 'primary') return observation.event.unit;
  const named = peers.others.find(({ unit }) => unit === peers.decision?.primary);
  return named?.facts?.role === 'primary' ? named.unit : null;
}

/**
 * The bag of the unit named primary holds something that cannot be read: whether there is a primary is not known. (A unit whose bag says
 * nothing yet is none.)
 */
export function isPrimaryUnread({ observation, reading: { peers } }: Situation): boolean {
  const named = peers.others.find(({ unit }) => unit === peers.decision?.primary);
  const bag = entryOf(observation.juju.peer?.members, named?.unit ?? '') ?? {};
  return named !== undefined && named.facts === null && (bag['role'] ?? '') !== '';
}
