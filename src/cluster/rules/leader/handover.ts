/**
 * Rules 130–139: a switchover under way. The leader alone decides its end, so the two servers cannot both
 * believe they won.
 */

import { wakeAfter } from '../../goal.ts';
import { isSilent, type LeaderSituation, nextDecision } from '../../leader-situation.ts';
import { handoverLimitSeconds } from '../../limits.ts';
import { decide, type LeaderRule, wait } from './verdict.ts';

export const handoverRules: readonly LeaderRule[] = [
  {
    id: 130,
    condition: 'the old primary has refused to stop',
    when: (s) => handing(s) && spoke(s) && s.namedFacts?.refused !== null,
    verdict: (s) => decide(nextDecision(s, { kind: 'primary', primary: s.named })),
    why: 'It goes on as primary, under a new epoch, so that nobody acts on the handover any more.',
  },
  {
    id: 131,
    condition:
      'the target is gone, has no server to promote, has refused, or does not answer once the old primary has stopped',
    when: (s) => handing(s) && targetUnable(s),
    verdict: (s) => decide(nextDecision(s, { kind: 'primary', primary: s.named })),
    why: 'The target was never named primary, so the old one can go on, stopped or not.',
  },
  {
    id: 132,
    condition: 'the old primary has stopped cleanly for this epoch',
    when: (s) => handing(s) && hasStopped(s),
    verdict: (s) =>
      decide(
        nextDecision(s, {
          kind: 'primary',
          primary: s.decision?.target ?? null,
          requiredPosition: s.namedFacts?.position ?? null,
          requiredTimeline: s.namedFacts?.timeline ?? null,
        }),
      ),
    why: 'It has published its last position and will not write again before a newer decision names it.',
  },
  {
    id: 133,
    condition: 'the old primary has not stopped within the time limit',
    when: (s) => handing(s) && s.heldSeconds >= handoverLimitSeconds,
    verdict: (s) => decide(nextDecision(s, { kind: 'primary', primary: s.named })),
    why: 'A switchover is bounded in time. Should it stop just now, the new epoch starts it again.',
  },
  {
    id: 134,
    condition: 'the handover is under way',
    when: handing,
    verdict: (s) =>
      wait(
        `Switching over from ${s.named} to ${s.decision?.target}`,
        wakeAfter(handoverLimitSeconds - s.heldSeconds),
      ),
    why: 'The old primary stops first.',
  },
];

function handing(s: LeaderSituation): boolean {
  return s.decision?.kind === 'handover';
}

/** The old primary has carried out or refused the present decision. */
function spoke(s: LeaderSituation): boolean {
  return s.namedFacts !== null && s.namedFacts.epoch === s.decision?.epoch;
}

function hasStopped(s: LeaderSituation): boolean {
  return spoke(s) && s.namedFacts?.role === 'stopped' && s.namedFacts.position !== null;
}

function targetUnable(s: LeaderSituation): boolean {
  const target = s.present.find((facts) => facts.unit === s.decision?.target);
  if (target === undefined || target.role === 'none') return true;
  if (hasStopped(s) && isSilent(s, target.unit)) return true;
  return target.refused !== null && target.epoch === s.decision?.epoch;
}
