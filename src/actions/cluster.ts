/** switchover and failover: an operator's decision, checked by the rules and written like the leader's own. */
import { decisionKey, encodeDecision } from '../cluster/bags/decision.ts';
import { checkFailover } from '../cluster/failover.ts';
import { mustActOn } from '../cluster/leader.ts';
import { type Answer, checkSwitchover } from '../cluster/switchover.ts';
import type { LeaderView } from '../cluster/view.ts';
import { lookKey } from '../plan/members/peers.ts';
import type { Situation } from '../plan/situation.ts';
import type { Step } from '../plan/step.ts';
import { type Action, type ActionOutcome, asLeader, peerStep, refuse, wake } from './action.ts';

function decide(situation: Situation, check: (view: LeaderView) => Answer): ActionOutcome {
  const { observation, leading } = situation;
  const { juju, event, nowText } = observation;
  const leader = asLeader(situation);
  if (!('peer' in leader) || leading === null) return leader as ActionOutcome;
  if (juju.peer?.application['maintenance'] === 'on') {
    return refuse('maintenance mode is on; end it with the action maintenance-mode-stop first');
  }
  const answer = check(leading.view);
  if (answer.decision === null) {
    // Without a change in the bag they would look at the next update-status, up to five minutes later.
    return refuse(answer.refusal, answer.look === true ? askToLook(leader.peer, nowText) : []);
  }
  const { decision } = answer;
  return {
    results: { result: answer.message },
    steps: [
      ...(mustActOn(decision, event.unit) ? [wake(`to act on decision ${decision.epoch}`)] : []),
      peerStep(leader.peer, { [decisionKey]: encodeDecision(decision) }),
    ],
  };
}

/** Decides a switchover to `target`. */
export function decideSwitchover(situation: Situation, target: string): ActionOutcome {
  return decide(situation, (view) => checkSwitchover(view, target));
}

/** Decides a failover. */
export function decideFailover(situation: Situation, confirm: boolean): ActionOutcome {
  return decide(situation, (view) => checkFailover(view, confirm));
}

/** The leader itself is not woken by its own bag, and is to note when it asked. */
function askToLook(peer: string, request: string): Step[] {
  return [wake('all units are to look'), peerStep(peer, { [lookKey]: request })];
}

/** Hands the primary's role over to the unit of parameter `master`. */
export const switchover: Action = async (parameters, observe) =>
  decideSwitchover(await observe(), String(parameters['master'] ?? ''));

/** Gives up a primary that is lost. */
export const failover: Action = async (parameters, observe) =>
  decideFailover(await observe(), parameters['confirm'] === true);
