/** The form of the members' rules: numbered rules, the first that matches speaks. */

import type { Goal, Status, Upstream, Watch } from '../../goal.ts';
import { shownLagBytes } from '../../limits.ts';
import type { MemberFacts } from '../../member-facts.ts';
import type { MemberSituation } from '../../member-situation.ts';
import { roleWhileUnknown } from '../../own-server.ts';
import { bytesBetween } from '../../position.ts';
import { slotName } from '../../units.ts';
import type { Rule } from '../rule.ts';

export interface MemberVerdict {
  readonly goal: Goal;
  readonly status: Status;
  /** Set to promise that the present decision will not be acted on. */
  readonly refuse: string | null;
  readonly watch: Watch | null;
}

export type MemberRule = Rule<MemberSituation, MemberVerdict>;

/** A goal with its status. */
export function toward(goal: Goal, state: Status['state'], message: string, watch?: Watch): MemberVerdict {
  return { goal, status: { state, message }, refuse: null, watch: watch ?? null };
}

/** Leaves the server's role as it is. */
export function hold(state: Status['state'], message: string, watch?: Watch): MemberVerdict {
  return toward({ kind: 'hold' }, state, message, watch);
}

/** Leaves the server as it is and promises not to act on the present decision. */
export function refuse(why: string): MemberVerdict {
  return { goal: { kind: 'hold' }, status: { state: 'waiting', message: why }, refuse: why, watch: null };
}

/** Lag of a standby, once that is worth a word. */
function behind({ own }: MemberSituation): string {
  const lagBytes = bytesBetween(own.position, own.upstreamPosition) ?? 0n;
  return lagBytes < shownLagBytes ? '' : `, ${lagBytes} bytes behind`;
}

/** The primary before the decision, in words. */
export function predecessor(s: MemberSituation): string {
  return s.decision?.previous ?? 'the primary before';
}

/** Address to stream or copy from. */
export function upstreamAt(facts: MemberFacts, unit: string): Upstream {
  return { unit: facts.unit, host: facts.host, port: facts.port, slot: slotName(unit) };
}

/** Shown of a server that cannot be asked, or of data that cannot be read: what it was when it last could, and why it cannot. */
export function unknownStatus(s: MemberSituation): Status {
  const { own, version } = s;
  const { reason = '', state = 'waiting' } = own.unknown ?? {};
  if (own.volumeAway !== null) return { state: 'blocked', message: missingData(own.volumeAway) };
  if (own.state !== 'unknown') return { state, message: `Its data cannot be read: ${reason}` };
  const role = roleWhileUnknown(own, s.published);
  if (role === null)
    return {
      state: state === 'active' ? 'waiting' : state,
      message: `The server cannot be asked: ${reason}`,
    };
  const word = role === 'primary' ? 'master' : 'secondary';
  return { state, message: `Live ${word} (${version}); the server cannot be asked: ${reason}` };
}

/** Shown of data that was there and is not. */
export function missingData(why: string): string {
  return `Its data is missing: ${why}, or give this unit up with failover or remove-unit`;
}

/** Status of a server that is in order. */
export function live(s: MemberSituation): Status {
  if (s.own.unknown !== null) return unknownStatus(s);
  if (s.runsWritable) return { state: 'active', message: `Live master (${s.version})` };
  if (s.runsStandby) {
    const paused = s.own.replayPaused ? ', replay paused' : '';
    return { state: 'active', message: `Live secondary (${s.version})${behind(s)}${paused}` };
  }
  return { state: 'waiting', message: s.hasData ? 'The server is starting' : 'No data yet' };
}
