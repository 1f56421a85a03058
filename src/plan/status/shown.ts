/** Memory of what Juju shows, and until when it can be relied on: another leader may have set the application's status and version since. */

import type { Moment } from '../../server/moment.ts';
import { secondsSince } from '../elapsed.ts';
import type { EventFacts } from '../event.ts';
import type { Memory } from '../memory.ts';

/** Hooks before which this unit may have lost and won leadership without a pass: its agent was away, or another was leader. */
const forgetting = new Set(['leader-elected', 'start', 'config-changed', 'upgrade-charm']);
/** Even without such a hook it is asked for again after this long. */
const trustedSeconds = 3600;

/** The memory with which a hook begins. */
export function rememberedFor(event: Pick<EventFacts, 'hook'>, memory: Memory): Memory {
  if (!forgetting.has(event.hook)) return memory;
  const forgotten = { ...memory, applicationStatus: null, shownVersion: '' };
  // A machine may have been put back to an earlier state.
  return event.hook === 'start' ? { ...forgotten, status: '' } : forgotten;
}

/** The application's status as Juju is known to show it; null when it has to be asked. */
export function shownApplicationStatus(
  { applicationStatus }: Pick<Memory, 'applicationStatus'>,
  now: Moment,
): string | null {
  if (applicationStatus === null) return null;
  const age = secondsSince(applicationStatus.at, now);
  return age === null || age > trustedSeconds ? null : applicationStatus.text;
}
