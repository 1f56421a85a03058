/** The leader's rules: at most one new decision a pass. */
import type { Decision } from './facts.ts';
import type { Status, Watch } from './goal.ts';
import { type LeaderCase, leaderCase, nextDecision } from './leader-case.ts';
import { decide, type LeaderRow, steady } from './leader-row.ts';
import { frozenRows } from './leader-rows-frozen.ts';
import { goneRows } from './leader-rows-gone.ts';
import { handoverRows } from './leader-rows-handover.ts';
import { startRows } from './leader-rows-start.ts';
import { applicationStatus } from './status.ts';
import type { LeaderView } from './view.ts';

const settledRows: readonly LeaderRow[] = [
  {
    id: 160,
    says: 'a member that was given up follows the primary again',
    when: (c) => comeBack(c).length > 0,
    gives: (c) => {
      const back = comeBack(c);
      const excluded = (c.decision?.excluded ?? []).filter((unit) => !back.includes(unit));
      const previous = c.decision?.previous ?? null;
      return decide(nextDecision(c, { kind: 'primary', primary: c.named, previous, excluded }));
    },
    why: 'From now on its report counts again.',
  },
  {
    id: 161,
    says: 'the system identifier of the data is known, not yet recorded, and there are other members',
    when: (c) => c.decision?.kind === 'primary' && !c.decision.systemIdentifier && recordable(c),
    gives: (c) => {
      const { previous, requiredPosition, requiredTimeline, lossBytes } = c.decision ?? {};
      return decide(
        nextDecision(c, {
          kind: 'primary',
          primary: c.named,
          previous: previous ?? null,
          requiredPosition: requiredPosition ?? null,
          requiredTimeline: requiredTimeline ?? null,
          lossBytes: lossBytes ?? null,
        }),
      );
    },
    why: 'When the primary is lost, all must know that there was data, and which.',
  },
  { id: 170, says: 'otherwise', when: () => true, gives: () => steady, why: 'All is as decided.' },
];

/** All rows of the leader in the order they are asked. */
export const leaderRows: readonly LeaderRow[] = [
  ...startRows,
  ...goneRows,
  ...handoverRows,
  ...frozenRows,
  ...settledRows,
];

export interface LeaderOutcome {
  readonly rule: number;
  /**
   * To be written to the application bag, at most once a hook; the leader's own server acts on it only in a
   * later hook, when it is known to be committed (so the pass wakes the charm).
   */
  readonly decision: Decision | null;
  readonly status: Status;
  readonly watch: Watch | null;
}

/** What the leader decides. Total: every view has a row. */
export function decideLeader(view: LeaderView, rows: readonly LeaderRow[] = leaderRows): LeaderOutcome {
  const c = leaderCase(view);
  for (const row of rows) {
    if (!row.when(c)) continue;
    const verdict = row.gives(c);
    return {
      rule: row.id,
      decision: verdict.decision,
      status: verdict.status ?? applicationStatus(c),
      watch: verdict.watch,
    };
  }
  return { rule: 170, decision: null, status: applicationStatus(c), watch: null };
}

/**
 * Whether `unit`, the leader, has to act on its own decision as soon as that is committed, of which nobody tells it. In every other case
 * somebody else acts first and says so, and a pass in between would only take time from that one where they share a machine.
 */
export function mustActOn(decision: Decision, unit: string): boolean {
  return decision.kind === 'freeze' || decision.primary === unit;
}

function recordable(c: LeaderCase): boolean {
  return c.members.length > 1 && c.namedFacts?.role === 'primary' && c.namedFacts.systemIdentifier !== null;
}

/** Excluded members that follow under the present decision. */
function comeBack(c: LeaderCase): string[] {
  const { decision } = c;
  if (decision?.kind !== 'primary') return [];
  return c.present
    .filter(
      (facts) =>
        decision.excluded.includes(facts.unit) &&
        facts.epoch === decision.epoch &&
        (facts.role === 'primary' || (facts.role === 'standby' && facts.streamingFrom !== null)),
    )
    .map((facts) => facts.unit);
}
