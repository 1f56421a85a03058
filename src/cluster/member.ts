/** The members' rules: what this unit's server should become. */
import type { Goal, Status, Watch } from './goal.ts';
import { type MemberSituation, memberSituation } from './member-situation.ts';
import { newestTimeline, roleWhileUnknown } from './own-server.ts';
import { comparePositions } from './position.ts';
import { anyRules } from './rules/member/any.ts';
import { oldPrimaryRules } from './rules/member/handover.ts';
import { namedRules } from './rules/member/named.ts';
import { otherRules } from './rules/member/other.ts';
import type { MemberRule } from './rules/member/verdict.ts';
import type { ClusterMemory, MemberView } from './view.ts';
import { upToTimeline, withWriter } from './writers.ts';

/** All rules of a member in the order they are asked. */
export const memberRules: readonly MemberRule[] = [
  ...anyRules,
  ...namedRules,
  ...oldPrimaryRules,
  ...otherRules,
];

export interface MemberOutcome {
  readonly rule: number;
  readonly goal: Goal;
  readonly status: Status;
  /** Role to publish to clients; null: not to be used now. */
  readonly clientRole: 'primary' | 'standby' | null;
  /** To be on disk before any step is taken and any bag is written. */
  readonly memory: ClusterMemory;
  /** The init system may start the server when the machine boots. */
  readonly startsAtBoot: boolean;
  readonly watch: Watch | null;
}

/** Returns a member's goal, status and memory. Total: every view has a rule. */
export function decideMember(view: MemberView, rules: readonly MemberRule[] = memberRules): MemberOutcome {
  const s = memberSituation(view);
  const rule = rules.find((candidate) => candidate.when(s));
  const verdict = rule?.verdict(s);
  const outcome = {
    rule: rule?.id ?? 0,
    goal: verdict?.goal ?? ({ kind: 'hold' } as const),
    status: verdict?.status ?? ({ state: 'waiting', message: 'No rule' } as const),
    watch: verdict?.watch ?? null,
  };
  return {
    ...outcome,
    clientRole: clientRole(s),
    memory: nextMemory(s, outcome.goal, verdict?.refuse ?? null),
    startsAtBoot: mayBoot(s),
  };
}

/**
 * Only a unit without peers starts by itself. All others ask first who is primary, standbys too: so a change of roles changes nothing
 * here, and a promotion need not wait for systemd to read its files again. Under manual_replication too: that may have ended meanwhile.
 */
function mayBoot(s: MemberSituation): boolean {
  return !s.dying && s.isCurrent && s.part === 'named' && s.others.length === 0;
}

function clientRole(s: MemberSituation): MemberOutcome['clientRole'] {
  if (s.dying) return null;
  const role = runningRole(s);
  if (role !== 'primary') return role;
  if (s.manual || s.afterManual) return 'primary';
  return s.isCurrent && (s.part === 'named' || s.part === 'old') ? 'primary' : null;
}

function runningRole(s: MemberSituation): MemberOutcome['clientRole'] {
  if (s.own.state === 'unknown') return roleWhileUnknown(s.own, s.published);
  if (s.runsStandby) return 'standby';
  return s.runsWritable ? 'primary' : null;
}

function nextMemory(s: MemberSituation, goal: Goal, refusal: string | null): ClusterMemory {
  const { decision, memory, own } = s;
  const epoch = decision?.epoch ?? 0;
  const current = s.isCurrent && !s.manual && !s.afterManual;
  const frozen = current && decision?.kind === 'freeze';
  // Under a freeze a refusal only tells the state of things, and what is reported must be true still.
  const kept = frozen && memory.refused?.epoch === epoch ? null : memory.refused;
  const refused = current && refusal !== null ? { epoch, why: refusal } : kept;
  const done = current && (refused?.epoch === epoch || isDone(s, goal));
  const before = frozen && own.unknown === null ? Math.min(memory.doneEpoch, epoch - 1) : memory.doneEpoch;
  return {
    seenEpoch: Math.max(memory.seenEpoch, epoch),
    doneEpoch: done ? epoch : before,
    refused,
    systemIdentifier: ownSystem(s),
    noted: noteEnd(s, goal),
    manualEpoch: nextManualEpoch(s),
    halfRewound: goal.kind === 'rewind' || s.halfRewound,
    lineage: nextLineage(s, goal),
  };
}

/** Data that is down may have been put in the place of its own. */
function ownSystem({ own, memory }: MemberSituation): string | null {
  const [first, second] =
    own.state === 'down'
      ? [memory.systemIdentifier, own.systemIdentifier]
      : [own.systemIdentifier, memory.systemIdentifier];
  return first ?? second;
}

/** A decision written later ends it; one that is older than one already seen says nothing. */
function nextManualEpoch({
  manual,
  afterManual,
  isCurrent,
  decision,
  memory,
}: MemberSituation): number | null {
  if (manual || afterManual) return Math.max(memory.seenEpoch, decision?.epoch ?? 0);
  return isCurrent ? null : memory.manualEpoch;
}

function nextLineage(s: MemberSituation, goal: Goal): string | null {
  const { own, memory } = s;
  if (goal.kind === 'follow') return s.lineage;
  if (goal.kind === 'promote') return upToTimeline(memory.lineage ?? '', newestTimeline(own));
  // The job has it, and only when it is done is it true.
  if (goal.kind === 'clone' || goal.kind === 'rewind') return null;
  if (s.part !== 'named' || !s.runsWritable || own.timeline === null) return memory.lineage;
  return withWriter(memory.lineage, own.timeline, s.unit);
}

/** True when the decision has been carried out here, as far as this unit's part goes. */
function isDone(s: MemberSituation, goal: Goal): boolean {
  const { own, decision } = s;
  if (s.dying) return own.state === 'down' || own.state === 'absent';
  if (own.unknown !== null) return false;
  if (decision?.kind === 'freeze') {
    if (s.runsStandby) return own.follows === null && !own.streaming && own.endKnown;
    return own.state === 'down' || own.state === 'absent' ? !own.standbySignal : false;
  }
  if (s.part === 'named') return s.runsWritable && goal.kind === 'run-primary';
  if (s.part === 'old') return own.cleanStop && !own.standbySignal;
  return goal.kind === 'follow' && own.streaming && own.follows === goal.upstream.host;
}

/**
 * The furthest end of WAL seen on this timeline: received WAL is forgotten by a restart, though it is on
 * disk.
 */
function noteEnd(s: MemberSituation, goal: Goal): ClusterMemory['noted'] {
  const { own, memory } = s;
  if (s.runsWritable || goal.kind === 'clone' || goal.kind === 'rewind') return null;
  if (!s.runsStandby || own.timeline === null || own.position === null) return memory.noted;
  const noted = memory.noted?.timeline === own.timeline ? memory.noted : null;
  const further = noted !== null && comparePositions(noted.position, own.position) > 0;
  return {
    timeline: own.timeline,
    position: further ? noted.position : own.position,
    primaryPosition: own.upstreamPosition ?? noted?.primaryPosition ?? null,
  };
}
