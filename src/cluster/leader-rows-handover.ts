/**
 * Rows 130–139: a switchover under way. The leader alone decides its end, so the two servers cannot both
 * believe they won.
 */

import { wakeAfter } from './goal.ts';
import { type LeaderCase, nextDecision } from './leader-case.ts';
import { decide, type LeaderRow, wait } from './leader-row.ts';
import { handoverLimitSeconds } from './limits.ts';

export const handoverRows: readonly LeaderRow[] = [
  {
    id: 130,
    says: 'the old primary has refused to stop',
    when: (c) => handing(c) && spoke(c) && c.namedFacts?.refused !== null,
    gives: (c) => decide(nextDecision(c, { kind: 'primary', primary: c.named })),
    why: 'It goes on as primary, under a new epoch, so that nobody acts on the handover any more.',
  },
  {
    id: 131,
    says: 'the target is gone, has no server to promote, or has refused',
    when: (c) => handing(c) && targetUnable(c),
    gives: (c) => decide(nextDecision(c, { kind: 'primary', primary: c.named })),
    why: 'The target was never named primary, so the old one can go on, stopped or not.',
  },
  {
    id: 132,
    says: 'the old primary has stopped cleanly for this epoch',
    when: (c) => handing(c) && spoke(c) && c.namedFacts?.role === 'stopped' && c.namedFacts.position !== null,
    gives: (c) =>
      decide(
        nextDecision(c, {
          kind: 'primary',
          primary: c.decision?.target ?? null,
          requiredPosition: c.namedFacts?.position ?? null,
          requiredTimeline: c.namedFacts?.timeline ?? null,
        }),
      ),
    why: 'It has published its last position and will not write again before a newer decision names it.',
  },
  {
    id: 133,
    says: 'the old primary has not stopped within the time limit',
    when: (c) => handing(c) && c.decisionAgeSeconds >= handoverLimitSeconds,
    gives: (c) => decide(nextDecision(c, { kind: 'primary', primary: c.named })),
    why: 'A switchover is bounded in time. Should it stop just now, the new epoch starts it again.',
  },
  {
    id: 134,
    says: 'the handover is under way',
    when: handing,
    gives: (c) =>
      wait(
        `Switching over from ${c.named} to ${c.decision?.target}`,
        wakeAfter(handoverLimitSeconds - c.decisionAgeSeconds),
      ),
    why: 'The old primary stops first.',
  },
];

function handing(c: LeaderCase): boolean {
  return c.decision?.kind === 'handover';
}

/** The old primary has carried out or refused the present decision. */
function spoke(c: LeaderCase): boolean {
  return c.namedFacts !== null && c.namedFacts.epoch === c.decision?.epoch;
}

function targetUnable(c: LeaderCase): boolean {
  const target = c.present.find((facts) => facts.unit === c.decision?.target);
  if (target === undefined || target.role === 'none') return true;
  return target.refused !== null && target.epoch === c.decision?.epoch;
}
