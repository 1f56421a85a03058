/** Situation that the members' rules share: the view, and what follows from it. */

import { presentFacts } from './election.ts';
import { crashDivergence, type Divergence, divergence } from './lineage.ts';
import { knowsManual } from './manual.ts';
import type { Decision, MemberFacts } from './member-facts.ts';
import { newestTimeline, walEnd } from './own-server.ts';
import type { MemberView } from './view.ts';
import { contradiction, namesWriter, upToTimeline, withWriter } from './writers.ts';

export interface MemberSituation extends MemberView {
  /**
   * This unit's part in the decision: it is `named` primary, the `old` primary of a handover, or another.
   * `none`: frozen or undecided.
   */
  readonly part: 'named' | 'old' | 'other' | 'none';
  /** A decision is there, and none newer has been seen. */
  readonly isCurrent: boolean;
  /** Facts of the decision's primary when that is another member. */
  readonly leading: MemberFacts | null;
  /** `leading` runs as the primary of the present decision: it can be followed and copied. */
  readonly leadingReady: boolean;
  /** Writers of the timelines of what `leading` has now; null when it is not ready. */
  readonly lineage: string | null;
  /** This unit has promised not to act on the present decision. */
  readonly hasRefused: boolean;
  /** Other members with data. */
  readonly otherHolders: readonly MemberFacts[];
  /** manual_replication has ended here or elsewhere, and no decision has been written since. */
  readonly afterManual: boolean;
  readonly runsWritable: boolean;
  readonly runsStandby: boolean;
  /** It accepts writes, or may: it lives and was not seen to be a standby. */
  readonly mayWrite: boolean;
  readonly hasData: boolean;
  /** It needs a fence and none lives: its server must not begin to accept writes. */
  readonly isUnfenced: boolean;
  /** A rewind was begun and neither it nor a copy after it has ended well, this pass included. */
  readonly halfRewound: boolean;
  /** Reason its data cannot go on from the leading member's WAL as it is; null when it can or when that is not known. */
  readonly diverged: Divergence | null;
}

/** Tells the shared facts from the view. */
export function memberSituation(view: MemberView): MemberSituation {
  const { decision, own, memory } = view;
  const otherFacts = view.others.flatMap((member) => member.facts ?? []);
  const leading = otherFacts.find((facts) => facts.unit === decision?.primary) ?? null;
  const leadingReady =
    decision?.kind === 'primary' &&
    leading?.role === 'primary' &&
    leading.epoch >= decision.epoch &&
    leading.timeline !== null;
  const running = own.state === 'running';
  return {
    ...view,
    part: partIn(decision, view.unit),
    isCurrent: decision !== null && decision.epoch >= memory.seenEpoch,
    leading,
    leadingReady,
    lineage: leadingReady && leading !== null ? lineageOf(leading) : null,
    hasRefused: decision !== null && memory.refused?.epoch === decision.epoch,
    otherHolders: presentFacts(view.others).filter((facts) => facts.systemIdentifier !== null),
    afterManual: isAfterManual(view),
    runsWritable: running && !own.inRecovery,
    runsStandby: running && own.inRecovery,
    mayWrite: (running && !own.inRecovery) || (own.state === 'unknown' && own.seenAs !== 'standby'),
    hasData: own.state !== 'absent',
    halfRewound: memory.halfRewound && isUnfinished(view),
    isUnfenced: view.fence.isNeeded && !view.fence.isAlive,
    diverged: leadingReady && leading !== null ? whyDiverged(view, leading) : null,
  };
}

/** The job's state is written before it begins: without one, only the intention to rewind was noted. */
function isUnfinished({ job, jobUnknown }: MemberView): boolean {
  return jobUnknown !== null || (job !== null && job.state !== 'done');
}

function isAfterManual({ decision, memory, manual, others }: MemberView): boolean {
  if (decision === null || manual || decision.epoch < memory.seenEpoch) return false;
  const wasHere = memory.manualEpoch !== null && memory.manualEpoch >= decision.epoch;
  return wasHere || others.some(({ facts }) => knowsManual(facts, decision));
}

/** Writers of the timelines of what `leading` has, itself included. */
function lineageOf(leading: MemberFacts): string {
  return withWriter(leading.lineage ?? null, leading.timeline ?? 1, leading.unit);
}

/** Writers of the timelines of the data here, as far as is known: it followed, was copied, or wrote itself. */
function ownLineage({ unit, own, job, memory }: MemberView): string {
  const newest = newestTimeline(own);
  const known = memory.lineage ?? (job?.state === 'done' ? job.lineage : '');
  const arrived = upToTimeline(known, newest);
  return own.state === 'down' && !own.standbySignal ? withWriter(arrived, newest, unit) : arrived;
}

function partIn(decision: Decision | null, unit: string): MemberSituation['part'] {
  if (decision === null || decision.kind === 'freeze') return 'none';
  if (decision.primary !== unit) return 'other';
  return decision.kind === 'handover' ? 'old' : 'named';
}

function whyDiverged(view: MemberView, leading: MemberFacts): Divergence | null {
  const { own } = view;
  if (own.timeline === null || leading.timeline === null) return null;
  const upstream = { timeline: leading.timeline, history: leading.history };
  const lineage = ownLineage(view);
  const twice = contradiction(lineage, lineageOf(leading));
  if (twice !== null) return { why: `timeline ${twice} was written twice, apart`, rewindable: false };
  const wasGivenUp = view.decision?.excluded.includes(view.unit) ?? false;
  if (wasGivenUp && !namesWriter(lineage, newestTimeline(own))) {
    return { why: `it was given up, and who wrote its timeline is unknown`, rewindable: false };
  }
  if (own.state === 'down' && !own.cleanStop && !own.standbySignal) {
    return crashDivergence(newestTimeline(own), upstream);
  }
  const end = walEnd(own);
  return end === null ? null : divergence(end, upstream);
}
