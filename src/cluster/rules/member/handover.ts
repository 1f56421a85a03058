/** Rules 223–229: this unit is the old primary of a handover. */
import { wakeAfter } from '../../goal.ts';
import { catchUpLimitSeconds, handoverLagBytes } from '../../limits.ts';
import type { MemberSituation } from '../../member-situation.ts';
import { slotName } from '../../units.ts';
import { hold, type MemberRule, refuse, toward } from './verdict.ts';

export const oldPrimaryRules: readonly MemberRule[] = [
  {
    id: 223,
    condition: 'handing over, and it has refused',
    when: (s) => old(s) && s.hasRefused,
    verdict: (s) => hold(s.runsWritable ? 'active' : 'waiting', s.memory.refused?.why ?? 'Refused'),
    why: 'The leader answers with a new decision.',
  },
  {
    id: 224,
    condition: 'handing over, running, and the target streams close behind and answers',
    when: (s) => old(s) && s.runsWritable && targetIsClose(s),
    verdict: (s) => toward({ kind: 'stop' }, 'maintenance', `Handing over to ${s.decision?.target}`),
    why: 'A clean stop sends the rest to all that stream; its last position is published afterwards.',
  },
  {
    id: 225,
    condition: 'handing over, running, within the time limit',
    when: (s) => old(s) && s.runsWritable && s.heldSeconds < catchUpLimitSeconds,
    verdict: (s) =>
      hold(
        'active',
        `Waiting for ${s.decision?.target} to catch up`,
        wakeAfter(Math.min(5, catchUpLimitSeconds - s.heldSeconds)),
      ),
    why: 'Commits go on while the target catches up.',
  },
  {
    id: 226,
    condition: 'handing over, running, and the target does not catch up',
    when: (s) => old(s) && s.runsWritable,
    verdict: (s) => refuse(`${s.decision?.target} does not stream close enough behind`),
    why: 'Nothing has changed yet, so nothing needs to be undone.',
  },
  {
    id: 227,
    condition: 'handing over, stopped cleanly',
    when: (s) => old(s) && s.own.cleanStop && !s.own.standbySignal,
    verdict: (s) => hold('maintenance', `Stopped; ${s.decision?.target} takes over`),
    why: 'From here only a newer decision starts it.',
  },
  {
    id: 228,
    condition: 'handing over, and the server is not in a state to hand over',
    when: old,
    verdict: () => refuse('The server is not running as a primary; nothing was handed over'),
    why: 'It crashed before a clean stop, so its last position is unknown. The leader names it again.',
  },
];

function old(s: MemberSituation): boolean {
  return s.part === 'old';
}

function targetIsClose(s: MemberSituation): boolean {
  const { decision } = s;
  if (decision?.target === null || decision?.target === undefined) return false;
  const slot = slotName(decision.target);
  const target = s.others.find((member) => member.unit === decision.target);
  // Without a fence it is about to refuse.
  if (target === undefined || (target.facts?.unfenced ?? null) !== null) return false;
  // One that has just lost its network looks as if it streamed until a time limit is over, and so long would a stop wait for it.
  if (target.answers === false) return false;
  return s.own.senders.some(
    (sender) =>
      sender.slot === slot &&
      sender.streaming &&
      sender.lagBytes !== null &&
      sender.lagBytes <= handoverLagBytes,
  );
}
