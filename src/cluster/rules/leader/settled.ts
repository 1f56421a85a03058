/** Rules 160–179: the primary runs as decided. */
import { type LeaderSituation, nextDecision } from '../../leader-situation.ts';
import { isStreaming } from '../../streams.ts';
import { decide, type LeaderRule, steady } from './verdict.ts';

export const settledRules: readonly LeaderRule[] = [
  {
    id: 160,
    condition: 'a member that was given up follows the primary again',
    when: (s) => comeBack(s).length > 0,
    verdict: (s) => {
      const back = comeBack(s);
      const excluded = (s.decision?.excluded ?? []).filter((unit) => !back.includes(unit));
      const previous = s.decision?.previous ?? null;
      return decide(nextDecision(s, { kind: 'primary', primary: s.named, previous, excluded }));
    },
    why: 'From now on its report counts again.',
  },
  {
    id: 161,
    condition: 'the system identifier of the data is known, not yet recorded, and there are other members',
    when: (s) => s.decision?.kind === 'primary' && !s.decision.systemIdentifier && recordable(s),
    verdict: (s) => {
      const { previous, requiredPosition, requiredTimeline, lossBytes } = s.decision ?? {};
      return decide(
        nextDecision(s, {
          kind: 'primary',
          primary: s.named,
          previous: previous ?? null,
          requiredPosition: requiredPosition ?? null,
          requiredTimeline: requiredTimeline ?? null,
          lossBytes: lossBytes ?? null,
        }),
      );
    },
    why: 'When the primary is lost, all must know that there was data, and which.',
  },
  { id: 170, condition: 'otherwise', when: () => true, verdict: () => steady, why: 'All is as decided.' },
];

function recordable(s: LeaderSituation): boolean {
  return s.members.length > 1 && s.namedFacts?.role === 'primary' && s.namedFacts.systemIdentifier !== null;
}

/** Excluded members that follow under the present decision. */
function comeBack(s: LeaderSituation): string[] {
  const { decision } = s;
  if (decision?.kind !== 'primary') return [];
  return s.present
    .filter(
      (facts) =>
        decision.excluded.includes(facts.unit) &&
        facts.epoch === decision.epoch &&
        (facts.role === 'primary' || isStreaming(facts, s.present)),
    )
    .map((facts) => facts.unit);
}
