/** Rows 223–229: this unit is the old primary of a handover. */
import { wakeAfter } from './goal.ts';
import { catchUpLimitSeconds, handoverLagBytes } from './limits.ts';
import type { MemberCase } from './member-case.ts';
import { hold, type MemberRow, refuse, toward } from './member-row.ts';
import { slotName } from './units.ts';

export const handoverMemberRows: readonly MemberRow[] = [
  {
    id: 223,
    says: 'handing over, and it has refused',
    when: (c) => old(c) && c.hasRefused,
    gives: (c) => hold(c.runsWritable ? 'active' : 'waiting', c.memory.refused?.why ?? 'Refused'),
    why: 'The leader answers with a new decision.',
  },
  {
    id: 224,
    says: 'handing over, running, and the target streams close behind and answers',
    when: (c) => old(c) && c.runsWritable && targetIsClose(c),
    gives: (c) => toward({ kind: 'stop' }, 'maintenance', `Handing over to ${c.decision?.target}`),
    why: 'A clean stop sends the rest to all that stream; its last position is published afterwards.',
  },
  {
    id: 225,
    says: 'handing over, running, within the time limit',
    when: (c) => old(c) && c.runsWritable && c.heldSeconds < catchUpLimitSeconds,
    gives: (c) =>
      hold(
        'active',
        `Waiting for ${c.decision?.target} to catch up`,
        wakeAfter(Math.min(5, catchUpLimitSeconds - c.heldSeconds)),
      ),
    why: 'Commits go on while the target catches up.',
  },
  {
    id: 226,
    says: 'handing over, running, and the target does not catch up',
    when: (c) => old(c) && c.runsWritable,
    gives: (c) => refuse(`${c.decision?.target} does not stream close enough behind`),
    why: 'Nothing has changed yet, so nothing needs to be undone.',
  },
  {
    id: 227,
    says: 'handing over, stopped cleanly',
    when: (c) => old(c) && c.own.cleanStop && !c.own.standbySignal,
    gives: (c) => hold('maintenance', `Stopped; ${c.decision?.target} takes over`),
    why: 'From here only a newer decision starts it.',
  },
  {
    id: 228,
    says: 'handing over, and the server is not in a state to hand over',
    when: old,
    gives: () => refuse('The server is not running as a primary; nothing was handed over'),
    why: 'It crashed before a clean stop, so its last position is unknown. The leader names it again.',
  },
];

function old(c: MemberCase): boolean {
  return c.part === 'old';
}

function targetIsClose(c: MemberCase): boolean {
  const { decision } = c;
  if (decision?.target === null || decision?.target === undefined) return false;
  const slot = slotName(decision.target);
  // One that has just lost its network looks as if it streamed until a time limit is over, and so long would a stop wait for it.
  if (c.others.some((member) => member.unit === decision.target && member.answers === false)) return false;
  return c.own.senders.some(
    (sender) =>
      sender.slot === slot &&
      sender.streaming &&
      sender.lagBytes !== null &&
      sender.lagBytes <= handoverLagBytes,
  );
}
