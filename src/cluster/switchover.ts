/** The action `switchover`: may it begin, and with which decision. */
import { isGoing } from './election.ts';
import { leaderSituation, nextDecision } from './leader-situation.ts';
import type { Decision } from './member-facts.ts';
import { isStreaming } from './streams.ts';
import { compareUnits } from './units.ts';
import type { LeaderView } from './view.ts';

export type Answer =
  | { readonly decision: Decision; readonly message: string }
  /** `look`: what a member has said may be out of date, so all are to look again. */
  | { readonly decision: null; readonly refusal: string; readonly look?: true };

/** Checks a switchover to `target`. Every refusal names its reason and what to do about it. */
export function checkSwitchover(view: LeaderView, target: string): Answer {
  const s = leaderSituation(view);
  const { decision, named } = s;
  const no = (refusal: string): Answer => ({ decision: null, refusal });
  if (s.manual) return no('manual_replication is on: move the primary by hand, or reset the option first');
  if (decision === null) return no('there is no primary yet; wait until the application is active');
  if (decision.kind === 'handover') {
    return no(`a switchover from ${named} to ${decision.target} is in progress; wait for its end`);
  }
  if (decision.kind === 'freeze') return no(`a failover from ${named} is in progress; wait for its end`);
  if (target === named) return no(`${target} is the primary already; name one of ${names(s.holders, named)}`);
  const member = s.members.find((candidate) => candidate.unit === target);
  if (member === undefined) return no(`there is no unit ${target}; name one of ${names(s.holders, named)}`);
  if (isGoing(member)) return no(`${target} is being removed; name another standby`);
  const primary = s.namedFacts;
  if (s.namedGone || primary?.role !== 'primary' || primary.epoch < decision.epoch) {
    return no(`${named} is not running as the primary; wait until it is, or use the action failover`);
  }
  if (s.primaryAnswers === false) {
    return no(`${named} does not answer; wait until it does, or use the action failover`);
  }
  const facts = member.facts;
  if (facts?.role !== 'standby' || facts.systemIdentifier !== primary.systemIdentifier) {
    return no(`${target} is not a standby of ${named} yet; wait until it shows "Live secondary"`);
  }
  if (facts.unfenced !== null) {
    return no(
      `${target} has no fence (${facts.unfenced}); mend that on its machine, or name another standby`,
    );
  }
  if (member.answers === false) return no(`${target} does not answer; name another standby`);
  if (facts.streamingFrom !== named || !isStreaming(facts, [primary])) {
    return no(`${target} does not stream from ${named}; wait until it does, or name another standby`);
  }
  return {
    decision: nextDecision(s, { kind: 'handover', primary: named, target, previous: named }),
    message: `switching over from ${named} to ${target}`,
  };
}

function names(holders: readonly { readonly unit: string }[], besides: string | null): string {
  const others = holders.map((facts) => facts.unit).filter((unit) => unit !== besides);
  return others.length === 0
    ? 'the standbys (there is none yet: juju add-unit)'
    : others.sort(compareUnits).join(', ');
}
