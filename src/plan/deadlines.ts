/** What a hook may not do any more when it has taken long: what Juju said at its beginning holds only for so long. */
import { decisionKey } from '../cluster/bags/decision.ts';
import { isTooLateToDecide } from '../cluster/deadlines.ts';
import { isLeader } from '../juju/model.ts';
import { setBag } from '../juju/relations.ts';
import { jujuLog } from '../juju/status.ts';
import { noteBag, type PassContext } from '../pass/context.ts';
import { wakeSelf } from '../system/wake-self.ts';
import { secondsSince } from './members/views.ts';
import type { JujuFacts } from './observation.ts';
import type { Plan } from './plan.ts';
import type { Step } from './step.ts';

const begins: ReadonlySet<Step['kind']> = new Set<Step['kind']>([
  'server.start',
  'server.restart',
  'server.promote',
]);

/** Whether this step would make a server accept writes though another may have been promoted meanwhile. */
export function isTooLate(
  step: Step,
  { writesBeginBefore }: Pick<Plan, 'writesBeginBefore'>,
  now: string,
): boolean {
  return writesBeginBefore !== null && begins.has(step.kind) && now > writesBeginBefore;
}

/** Whether this hook has written a decision that has become too old by `now`. */
export function hasLateDecision(
  { peer, askedAt }: Pick<JujuFacts, 'peer' | 'askedAt'>,
  now: string,
): boolean {
  const isWritten = peer !== null && peer.application[decisionKey] !== peer.committed[decisionKey];
  return isWritten && isTooLateToDecide(secondsSince(askedAt, now));
}

/**
 * Takes back a decision that this hook has written, when leadership can have gone to another unit and come back since Juju was asked: Juju
 * would commit it, and two decisions would have one epoch. A fresh hook decides again.
 */
export async function takeBackLate(context: PassContext, now: string): Promise<void> {
  const { juju, event, charmDirectory } = context;
  const peer = juju?.peer ?? null;
  if (juju === null || peer === null || !hasLateDecision(juju, now) || !(await isLeader())) return;
  const content = { [decisionKey]: peer.committed[decisionKey] ?? '' };
  await setBag(peer.id, 'application', content);
  noteBag(context, peer.id, 'application', content);
  await jujuLog('WARNING', 'this hook took too long for its decision to count; a fresh hook decides again');
  await wakeSelf(event.unit, charmDirectory);
}
