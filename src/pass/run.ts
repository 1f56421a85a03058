/** What a process does for an event: a pass, with an action's own work before it. */

import { jujuLog } from '../juju/status.ts';
import { toolCount } from '../juju/tool.ts';
import { takeBackLate } from '../plan/deadlines.ts';
import { relationMessage } from '../relations/client-request.ts';
import { nowIso } from '../system/clock.ts';
import { openContext, type PassContext } from './context.ts';
import type { EventFacts } from './event.ts';
import { runPass } from './loop.ts';
import { isSettled, noteSettled, settledBy, takeSettled } from './settled-clients.ts';

/** Runs the pass for `event`. Throws for what Juju should retry. */
export async function runEvent(event: EventFacts, charmDirectory: string): Promise<void> {
  const former = await takeSettled(event.unit, Date.now());
  if (former !== null && (await isSettled(former, event))) {
    await jujuLog('DEBUG', `no pass: all that ${event.relation} says has been dealt with`);
    return noteSettled(event.unit, former);
  }
  const context = await openContext(event, charmDirectory);
  if (event.action !== null) {
    const { runAction } = await import('../actions/index.ts');
    const goOn = await runAction(event.action, context);
    if (!goOn) return;
  }
  const { plan, failed, settled, quiet } = await runPass(context);
  await takeBackLate(context, nowIso());
  await logFarewell(context);
  if (settled && failed.length === 0) {
    const note = await settledBy(context, quiet, former, Date.now());
    return note === null ? undefined : noteSettled(event.unit, note);
  }
  const rules = plan.rules.join(', ');
  await jujuLog(
    'INFO',
    `pass not settled: rules ${rules}; ${failed.length} steps did not work; ${toolCount()} hook commands`,
  );
}

/** Says what became of a client whose relation has just gone. On a unit that leaves itself nothing has: the others go on serving it. */
async function logFarewell({ juju }: PassContext): Promise<void> {
  const gone = juju?.leaving === true ? undefined : juju?.clients.find(({ broken }) => broken);
  if (gone === undefined) return;
  const kept =
    'the relation is gone, its access closed and its sessions ended; its database and its user stay';
  await jujuLog('INFO', relationMessage(gone.id, gone.remoteApplication, kept));
}
