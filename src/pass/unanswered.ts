/** A pass for which Juju does not answer: nothing can be told from that, so nothing is changed, and it is tried again. */
import { execute } from '../apply/execute.ts';
import { jujuLog } from '../juju/status.ts';
import type { HookCommandError } from '../juju/tool.ts';
import type { PassContext } from './context.ts';
import { showStatus } from './show-status.ts';

const retrySeconds = 30;
/** Hooks after which no other comes: Juju is to run them again. */
const lastHooks = new Set(['stop', 'remove']);

/** Ends the pass with a status and a watch. Throws `error` when Juju is to retry the hook, or takes no status either. */
export async function endUnanswered(context: PassContext, error: HookCommandError): Promise<void> {
  if (lastHooks.has(context.event.hook)) throw error;
  await jujuLog('WARNING', `no pass: ${error.message}`);
  const message = `Juju does not answer: ${error.message}; nothing is changed until it does`;
  const until = { event: 'elapsed' } as const;
  await execute({ kind: 'job.start', request: { job: 'watch', until, limitSeconds: retrySeconds } }, context);
  await showStatus(context, { status: { state: 'waiting', message }, applicationStatus: null });
}
