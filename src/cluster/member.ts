/** The members' rules: what this unit's server should become. */
import type { Goal, Status, Watch } from './goal.ts';
import { type MemberCase, memberCase } from './member-case.ts';
import type { MemberRow } from './member-row.ts';
import { anyRows } from './member-rows-any.ts';
import { handoverMemberRows } from './member-rows-handover.ts';
import { namedRows } from './member-rows-named.ts';
import { otherRows } from './member-rows-other.ts';
import { newestTimeline } from './own-server.ts';
import { comparePositions } from './position.ts';
import type { ClusterMemory, MemberView } from './view.ts';
import { upToTimeline, withWriter } from './writers.ts';

/** All rows of a member in the order they are asked. */
export const memberRows: readonly MemberRow[] = [
  ...anyRows,
  ...namedRows,
  ...handoverMemberRows,
  ...otherRows,
];

export interface MemberOutcome {
  readonly rule: number;
  readonly goal: Goal;
  readonly status: Status;
  /** What clients may be told this unit is; null: not to be used now. */
  readonly clientRole: 'primary' | 'standby' | null;
  /** To be on disk before any step is taken and any bag is written. */
  readonly memory: ClusterMemory;
  /** Whether the init system may start the server when the machine boots. */
  readonly startsAtBoot: boolean;
  readonly watch: Watch | null;
}

/** What a member does. Total: every view has a row. */
export function decideMember(view: MemberView, rows: readonly MemberRow[] = memberRows): MemberOutcome {
  const c = memberCase(view);
  const row = rows.find((candidate) => candidate.when(c));
  const verdict = row?.gives(c);
  const outcome = {
    rule: row?.id ?? 0,
    goal: verdict?.goal ?? ({ kind: 'hold' } as const),
    status: verdict?.status ?? ({ state: 'waiting', message: 'No rule' } as const),
    watch: verdict?.watch ?? null,
  };
  return {
    ...outcome,
    clientRole: clientRole(c),
    memory: nextMemory(c, outcome.goal, verdict?.refuse ?? null),
    startsAtBoot: mayBoot(c),
  };
}

/**
 * Only a unit without peers starts by itself. All others ask first who is primary, standbys too: so a change of roles changes nothing
 * here, and a promotion need not wait for systemd to read its files again. Where the operator cares for roles nobody would start it.
 */
function mayBoot(c: MemberCase): boolean {
  return !c.dying && (c.manual || (c.isCurrent && c.part === 'named' && c.others.length === 0));
}

function clientRole(c: MemberCase): MemberOutcome['clientRole'] {
  if (c.dying) return null;
  if (c.runsStandby) return 'standby';
  if (!c.runsWritable) return null;
  if (c.manual) return 'primary';
  return c.isCurrent && (c.part === 'named' || c.part === 'old') ? 'primary' : null;
}

function nextMemory(c: MemberCase, goal: Goal, refusal: string | null): ClusterMemory {
  const { decision, memory, own } = c;
  const epoch = decision?.epoch ?? 0;
  const current = c.isCurrent && !c.manual;
  const frozen = current && decision?.kind === 'freeze';
  // Under a freeze a refusal only tells the state of things, and what is reported must be true still.
  const kept = frozen && memory.refused?.epoch === epoch ? null : memory.refused;
  const refused = current && refusal !== null ? { epoch, why: refusal } : kept;
  const done = current && (refused?.epoch === epoch || isDone(c, goal));
  const before = frozen ? Math.min(memory.doneEpoch, epoch - 1) : memory.doneEpoch;
  return {
    seenEpoch: Math.max(memory.seenEpoch, epoch),
    doneEpoch: done ? epoch : before,
    refused,
    systemIdentifier: own.systemIdentifier ?? memory.systemIdentifier,
    noted: noteEnd(c, goal),
    halfRewound: goal.kind === 'rewind' || c.halfRewound,
    lineage: nextLineage(c, goal),
  };
}

function nextLineage(c: MemberCase, goal: Goal): string | null {
  const { own, memory } = c;
  if (goal.kind === 'follow') return c.lineage;
  if (goal.kind === 'promote') return upToTimeline(memory.lineage ?? '', newestTimeline(own));
  // The job has it, and only when it is done is it true.
  if (goal.kind === 'clone' || goal.kind === 'rewind') return null;
  if (c.part !== 'named' || !c.runsWritable || own.timeline === null) return memory.lineage;
  return withWriter(memory.lineage, own.timeline, c.unit);
}

/** Whether the decision has been carried out here, as far as this unit's part goes. */
function isDone(c: MemberCase, goal: Goal): boolean {
  const { own, decision } = c;
  if (c.dying) return own.state === 'down' || own.state === 'absent';
  if (decision?.kind === 'freeze') {
    if (c.runsStandby) return own.follows === null && !own.streaming && own.endKnown;
    return own.state === 'down' || own.state === 'absent' ? !own.standbySignal : false;
  }
  if (c.part === 'named') return c.runsWritable && goal.kind === 'run-primary';
  if (c.part === 'old') return own.cleanStop && !own.standbySignal;
  return goal.kind === 'follow' && own.streaming && own.follows === goal.upstream.host;
}

/**
 * The furthest end of WAL seen on this timeline: received WAL is forgotten by a restart, though it is on
 * disk.
 */
function noteEnd(c: MemberCase, goal: Goal): ClusterMemory['noted'] {
  const { own, memory } = c;
  if (c.runsWritable || goal.kind === 'clone' || goal.kind === 'rewind') return null;
  if (!c.runsStandby || own.timeline === null || own.position === null) return memory.noted;
  const noted = memory.noted?.timeline === own.timeline ? memory.noted : null;
  const further = noted !== null && comparePositions(noted.position, own.position) > 0;
  return {
    timeline: own.timeline,
    position: further ? noted.position : own.position,
    primaryPosition: own.upstreamPosition ?? noted?.primaryPosition ?? null,
  };
}
