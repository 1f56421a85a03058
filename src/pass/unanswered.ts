/** A pass that cannot be made: nothing can be told, so nothing is changed, and it is tried again. */
import type { Status } from '../cluster/goal.ts';
import { jujuLog } from '../juju/status.ts';
import { HookCommandError } from '../juju/tool.ts';
import { applicationOf } from '../plan/event.ts';
import { DamagedCharm } from '../system/templates.ts';
import type { PassContext } from './context.ts';
import { showStatus } from './show-status.ts';
import { take } from './take.ts';

const retrySeconds = 30;
/** Hooks after which no other comes: Juju is to run them again. */
const lastHooks = new Set(['stop', 'remove', 'pgdata-storage-detaching']);

/** Ends the pass with a status and a watch. Throws `error` when Juju is to retry the hook, or takes no status either. */
export async function endUnanswered(context: PassContext, error: unknown): Promise<void> {
  const status = statusFor(error, context);
  if (status === null || lastHooks.has(context.event.hook)) throw error;
  await jujuLog('WARNING', `no pass: ${status.message}`);
  const until = { event: 'elapsed' } as const;
  const again = { kind: 'job.start', request: { job: 'watch', until, limitSeconds: retrySeconds } } as const;
  // Without a watch the next event looks again.
  await take(again, context, { rules: [] });
  await showStatus(context, { status, applicationStatus: null });
}

/** Null for an error that is a defect, or that came when this hook may have changed bags: Juju takes the whole hook back and runs it again. */
function statusFor(error: unknown, { juju, event }: PassContext): Status | null {
  if (error instanceof DamagedCharm) {
    const wayOut = `put the charm back with: juju refresh ${applicationOf(event.unit)} --path=FILE`;
    return {
      state: 'blocked',
      message: `The charm's own files here are damaged, so no pass is made: ${error.message}; ${wayOut}`,
    };
  }
  if (!(error instanceof HookCommandError) || juju !== null) return null;
  return {
    state: 'waiting',
    message: `Juju does not answer: ${error.message}; nothing is changed until it does`,
  };
}
