/** Work of a process for an event: a pass, with an action's own work before it. */

import { questionsAsked, takeAhead, toolCount } from '../juju/ask.ts';
import { jujuLog } from '../juju/status.ts';
import { keepInsides } from '../observe/insides-note.ts';
import { keepNote } from '../observe/keep-note.ts';
import type { EventFacts } from '../plan/event.ts';
import type { Plan } from '../plan/plan.ts';
import { relationMessage } from '../relations/client-request.ts';
import { type Ahead, noteAsked } from './ahead.ts';
import { openContext, type PassContext } from './context.ts';
import { runPass } from './loop.ts';
import { runAction } from './run-action.ts';
import { isSettled, noteSettled, type SettledClients, settledBy, takeSettled } from './settled-clients.ts';
import { takeBackLate } from './take-back.ts';
import { endUnanswered } from './unanswered.ts';

/** Runs the pass for `event`. `ahead` are questions to Juju under way. Throws for faults that Juju should retry. */
export async function runEvent(
  event: EventFacts,
  charmDirectory: string,
  ahead: Ahead | null = null,
): Promise<void> {
  if (ahead !== null) takeAhead(ahead.questions, ahead.answers);
  const [former, context] = await Promise.all([
    takeSettled(event.unit),
    openContext(event, charmDirectory, ahead?.askedAt ?? null),
  ]);
  if (former !== null && (await isSettled(former, event).catch(() => false))) {
    await jujuLog('DEBUG', `no pass: ${event.relation} is settled`);
    return noteSettled(event.unit, former);
  }
  try {
    await runWhole(context, former);
  } catch (error) {
    await endUnanswered(context, error);
  }
}

async function runWhole(context: PassContext, former: SettledClients | null): Promise<void> {
  const { event } = context;
  if (event.action !== null) {
    return runAction(event.action, context);
  }
  const { plan, failed, settled, quiet } = await runPass(context);
  await takeBackLate(context);
  await logFarewell(context);
  if (context.claim.kind !== 'own') return;
  await keepNotes(context, plan);
  if (settled && failed.length === 0) {
    const note = await settledBy(context, quiet, former);
    return note === null ? undefined : noteSettled(event.unit, note);
  }
  const rules = plan.rules.join(', ');
  await jujuLog(
    'INFO',
    `pass not settled: rules ${rules}; ${failed.length} steps did not work; ${toolCount()} hook commands`,
  );
}

/** Notes for the next hook. */
async function keepNotes(
  { event, asked, juju, insides, notedInsides }: PassContext,
  plan: Plan,
): Promise<void> {
  noteAsked(event, questionsAsked());
  await Promise.all([
    asked === null || juju === null ? null : keepNote(event, asked, juju),
    keepInsides(event.unit, insides, plan.settledDatabases, notedInsides),
  ]);
}

/** Logs the end of a client whose relation has just gone. A unit that leaves itself logs none: the others go on serving that client. */
async function logFarewell({ juju }: PassContext): Promise<void> {
  const gone = juju?.leaving === true ? undefined : juju?.clients.find(({ broken }) => broken);
  if (gone === undefined) return;
  const kept =
    'the relation is gone, its access closed and its sessions ended; its database and its user stay';
  await jujuLog('INFO', relationMessage(gone.id, gone.remoteApplication, kept));
}
