/** switchover and failover: an operator's decision, checked by the rules and written like the leader's own. */
import { decisionKey, encodeDecision } from '../cluster/bags/decision.ts';
import { isTooLateToDecide } from '../cluster/deadlines.ts';
import { checkFailover } from '../cluster/failover.ts';
import { mustActOn } from '../cluster/leader.ts';
import { decideMember } from '../cluster/member.ts';
import { memberReport } from '../cluster/report.ts';
import { type Answer, checkSwitchover } from '../cluster/switchover.ts';
import type { LeaderView } from '../cluster/view.ts';
import { setBag } from '../juju/relations.ts';
import { observe } from '../observe/gather.ts';
import { noteBag, type PassContext } from '../pass/context.ts';
import { leaderView, memberView, readPeers, secondsSince } from '../plan/members/views.ts';
import { nowIso } from '../system/clock.ts';
import { wakeSelf } from '../system/wake-self.ts';
import { type Action, type ActionOutcome, refuse } from './action.ts';

async function decide(context: PassContext, check: (view: LeaderView) => Answer): Promise<ActionOutcome> {
  const observation = await observe(context);
  const { juju } = observation;
  if (!juju.leader || juju.peer === null)
    return refuse('run it on the leader; juju status marks it with a star');
  if (juju.peer.application['maintenance'] === 'on') {
    return refuse('maintenance mode is on; end it with the action maintenance-mode-stop first');
  }
  const manual = juju.options['manual_replication'] === true;
  const peers = readPeers(observation);
  const view = memberView(observation, peers, manual);
  const own = memberReport(view, decideMember(view));
  const answer = check(leaderView(observation, peers, own, manual));
  if (answer.decision === null) {
    // Without a change in the bag they would look at the next update-status, up to five minutes later.
    if (answer.look === true) await setBag(juju.peer.id, 'application', { look: observation.now });
    return refuse(answer.refusal);
  }
  if (isTooLateToDecide(secondsSince(juju.askedAt, nowIso()))) {
    return refuse('this unit is too slow just now, and leadership may have moved meanwhile; run it again');
  }
  const content = { [decisionKey]: encodeDecision(answer.decision) };
  await setBag(juju.peer.id, 'application', content);
  noteBag(context, juju.peer.id, 'application', content);
  const { unit } = context.event;
  if (mustActOn(answer.decision, unit)) await wakeSelf(unit, context.charmDirectory);
  return { results: { result: answer.message }, pass: true };
}

/** Hands the primary's role over to the unit of parameter `master`. */
export const switchover: Action = (parameters, context) =>
  decide(context, (view) => checkSwitchover(view, String(parameters['master'] ?? '')));

/** Gives up a primary that is lost. */
export const failover: Action = (parameters, context) =>
  decide(context, (view) => checkFailover(view, parameters['confirm'] === true));
