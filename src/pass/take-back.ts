/** Taking back a decision of this hook that has become too old. */

import { execute } from '../apply/execute.ts';
import { decisionKey } from '../cluster/bags/decision.ts';
import { isLeader } from '../juju/model.ts';
import { jujuLog } from '../juju/status.ts';
import { hasLateDecision } from '../plan/deadlines.ts';
import { bootMoment } from '../system/clock.ts';
import type { PassContext } from './context.ts';
import { take } from './take.ts';

/**
 * Takes back a decision that this hook has written, when leadership can have gone to another unit and come back since Juju was asked: Juju
 * would commit it, and two decisions would have one epoch. A fresh hook decides again.
 */
export async function takeBackLate(context: PassContext): Promise<void> {
  const { juju } = context;
  const peer = juju?.peer ?? null;
  if (juju === null || peer === null || !hasLateDecision(juju, bootMoment()) || !(await isLeader())) return;
  const content = { [decisionKey]: peer.committed[decisionKey] ?? '' };
  await execute({ kind: 'bag.set', relation: peer.id, owner: 'application', content }, context);
  await jujuLog('WARNING', 'this hook took too long for its decision to count; a fresh hook decides again');
  // Without a wake the next event decides again.
  await take({ kind: 'wake.self', why: 'to decide again' }, context, { rules: [] });
}
