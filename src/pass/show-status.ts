/** Statuses in Juju. */
import { applicationStatus as statusInJuju, statusSet } from '../juju/status.ts';
import type { Plan } from '../plan/plan.ts';
import { shownApplicationStatus } from '../plan/status/shown.ts';
import { bootMoment } from '../system/clock.ts';
import type { PassContext } from './context.ts';

type Shown = Pick<PassContext, 'memory' | 'remember'>;

/** Sets the unit's and, on the leader, the application's status, where it is not the one that Juju shows. */
export async function showStatus(
  shown: Shown,
  { status, applicationStatus }: Pick<Plan, 'status' | 'applicationStatus'>,
): Promise<void> {
  // Set again by the next hook where the disk does not take the note.
  const remember: Shown['remember'] = (change) => shown.remember(change).catch(() => {});
  const unit = `${status.state} ${status.message}`;
  if (unit !== shown.memory.status) {
    await statusSet(status.state, status.message);
    await remember({ status: unit });
  }
  if (applicationStatus !== null)
    await showApplication({ memory: shown.memory, remember }, applicationStatus);
}

async function showApplication(
  { memory, remember }: Shown,
  { state, message }: Plan['status'],
): Promise<void> {
  const text = `${state} ${message}`;
  const known = shownApplicationStatus(memory, bootMoment());
  if (known === text) return;
  const at = bootMoment();
  if (known === null && (await statusInJuju()) === text) return remember({ applicationStatus: { text, at } });
  try {
    await statusSet(state, message, true);
    await remember({ applicationStatus: { text, at } });
  } catch {
    // Leadership has moved on: the new leader shows it.
    await remember({ applicationStatus: null });
  }
}
