/** What the members' rows share: the view, and what is told from it once. */
import type { Decision, MemberFacts } from './facts.ts';
import { presentFacts } from './election.ts';
import { crashDivergence, type Divergence, divergence } from './lineage.ts';
import { walEnd } from './own-server.ts';
import type { MemberView } from './view.ts';

export interface MemberCase extends MemberView {
  /**
   * This unit's part in the decision: it is `named` primary, the `old` primary of a handover, or another.
   * `none`: frozen or undecided.
   */
  readonly part: 'named' | 'old' | 'other' | 'none';
  /** Facts of the decision's primary when that is another member. */
  readonly leading: MemberFacts | null;
  /** `leading` runs as the primary of the present decision: it can be followed and copied. */
  readonly leadingReady: boolean;
  /** The lineage of what `leading` has now (see Goal); null when it is not ready. */
  readonly lineage: string | null;
  /** This unit has promised not to act on the present decision. */
  readonly hasRefused: boolean;
  /** Other members with data. */
  readonly otherHolders: readonly MemberFacts[];
  readonly runsWritable: boolean;
  readonly runsStandby: boolean;
  readonly hasData: boolean;
  /**
   * Why its data cannot go on from the leading member's WAL as it is; null when it can or when nothing can be
   * told.
   */
  readonly diverged: Divergence | null;
}

/** Tells the shared facts from the view. */
export function memberCase(view: MemberView): MemberCase {
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
    leading,
    leadingReady,
    lineage: leadingReady && leading !== null ? lineageOf(leading) : null,
    hasRefused: decision !== null && memory.refused?.epoch === decision.epoch,
    otherHolders: presentFacts(view.others).filter((facts) => facts.systemIdentifier !== null),
    runsWritable: running && !own.inRecovery,
    runsStandby: running && own.inRecovery,
    hasData: own.state !== 'absent',
    diverged: leadingReady && leading !== null ? whyDiverged(view, leading) : null,
  };
}

function lineageOf(leading: MemberFacts): string {
  return `${leading.unit}@${leading.timeline}`;
}

/** Its data is known to have this lineage: it has followed it, or a job has copied it. */
function isProved(view: MemberView, lineage: string): boolean {
  return view.memory.lineage === lineage || (view.job?.state === 'done' && view.job.lineage === lineage);
}

function partIn(decision: Decision | null, unit: string): MemberCase['part'] {
  if (decision === null || decision.kind === 'freeze') return 'none';
  if (decision.primary !== unit) return 'other';
  return decision.kind === 'handover' ? 'old' : 'named';
}

function whyDiverged(view: MemberView, leading: MemberFacts): Divergence | null {
  const { own } = view;
  if (own.timeline === null || leading.timeline === null) return null;
  const upstream = { timeline: leading.timeline, history: leading.history };
  if (own.state === 'down' && !own.cleanStop && !own.standbySignal) {
    return crashDivergence(own.timeline, own.history, upstream);
  }
  const end = walEnd(own);
  const wasGivenUp = view.decision?.excluded.includes(view.unit) ?? false;
  if (wasGivenUp && own.timeline === leading.timeline && !isProved(view, lineageOf(leading))) {
    return { why: 'it was given up on this timeline', rewindable: false };
  }
  return end === null ? null : divergence(end, upstream);
}
