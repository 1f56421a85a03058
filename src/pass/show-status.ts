/** Statuses in Juju. */
import { statusSet } from '../juju/status.ts';
import type { Plan } from '../plan/plan.ts';
import type { PassContext } from './context.ts';

/** Sets the unit's and, on the leader, the application's status, where it is not the one set last. */
export async function showStatus(
  { memory, remember: keep }: PassContext,
  { status, applicationStatus }: Pick<Plan, 'status' | 'applicationStatus'>,
): Promise<void> {
  // Set again by the next hook where the disk does not take the note.
  const remember: typeof keep = (change) => keep(change).catch(() => {});
  const unit = `${status.state} ${status.message}`;
  if (unit !== memory.status) {
    await statusSet(status.state, status.message);
    await remember({ status: unit });
  }
  if (applicationStatus === null) return;
  const application = `${applicationStatus.state} ${applicationStatus.message}`;
  if (application === memory.applicationStatus) return;
  await statusSet(applicationStatus.state, applicationStatus.message, true).catch(() => {});
  await remember({ applicationStatus: application });
}
