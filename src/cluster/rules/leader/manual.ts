/** Rules 106–110: manual_replication has ended. The operator's hand wins: whoever is primary is recorded. */
import { wakeAfter } from '../../goal.ts';
import { freezeDecision, type LeaderSituation, nextDecision } from '../../leader-situation.ts';
import { hasManualEnded, knowsManual, latestTimeline, notLookedAgain } from '../../manual.ts';
import type { Decision, MemberFacts } from '../../member-facts.ts';
import { block, decide, type LeaderRule, wait } from './verdict.ts';

export const manualRules: readonly LeaderRule[] = [
  {
    id: 106,
    condition: 'manual_replication has ended, and a member that may be primary has not looked again since',
    when: (s) => hasEnded(s) && unheard(s).length > 0,
    verdict: (s) => {
      const units = unheard(s).join(' and ');
      return wait(
        `Waiting for ${units} to look again after manual_replication; if lost: juju remove-unit --force`,
        wakeAfter(5),
      );
    },
    why: 'What it said last is from before the operator moved roles. Beside a primary that runs, one that does not answer is not waited for.',
  },
  {
    id: 107,
    condition: 'manual_replication has ended, and one member runs as the primary',
    when: (s) => hasEnded(s) && running(s).length === 1,
    verdict: (s) => decide(recorded(s, running(s)[0]?.unit ?? null)),
    why: 'It is what the operator has left.',
  },
  {
    id: 108,
    condition:
      'manual_replication has ended, nobody runs as the primary, and one member alone is on the newest timeline',
    when: (s) => hasEnded(s) && running(s).length === 0 && promoted(s) !== null,
    verdict: (s) => decide(recorded(s, promoted(s))),
    why: 'A promotion begins a new timeline, so the operator has promoted that one.',
  },
  {
    id: 109,
    condition: 'manual_replication has ended, nobody runs as the primary, and nobody has been promoted',
    when: (s) => hasEnded(s) && running(s).length === 0 && isUnmoved(s),
    verdict: (s) => decide(goesOn(s)),
    why: 'What was decided before still holds. Under a new epoch all know that.',
  },
  {
    id: 110,
    condition: 'manual_replication has ended, and it cannot be told who is the primary',
    when: (s) => hasEnded(s) && (running(s).length > 1 || !s.namedGone),
    verdict: (s) => block(wayOut(s)),
    why: 'To choose would throw away what one of them has.',
  },
];

/** A leader that leaves itself leaves this to the next. */
function hasEnded(s: LeaderSituation): boolean {
  const isLeaving = s.members.some(({ unit, dying }) => unit === s.unit && dying);
  return !isLeaving && hasManualEnded(s);
}

function unheard(s: LeaderSituation): string[] {
  const isPrimaryKnown = running(s).length > 0;
  return notLookedAgain(s.members, s.decision)
    .filter(({ answers }) => answers !== false || !isPrimaryKnown)
    .map(({ unit }) => unit);
}

/** Servers that run as primaries, of those that have looked again. */
function running({ members, decision }: LeaderSituation): MemberFacts[] {
  return members
    .flatMap(({ facts }) => facts ?? [])
    .filter((facts) => facts.role === 'primary' && facts.manual?.ended === true)
    .filter((facts) => knowsManual(facts, decision));
}

/** Facts of all that hold data, leaving and departed ones included. One that was given up shows nothing that an operator has done since. */
function known({ members, departedPrimary, decision }: LeaderSituation): MemberFacts[] {
  const all = [
    ...members.flatMap(({ facts }) => facts ?? []),
    ...(departedPrimary === null ? [] : [departedPrimary]),
  ];
  return all.filter(
    ({ unit, systemIdentifier }) => systemIdentifier !== null && !decision?.excluded.includes(unit),
  );
}

function onNewest(s: LeaderSituation): string[] {
  const latest = Math.max(...known(s).map(latestTimeline));
  return known(s).flatMap((facts) => (latestTimeline(facts) === latest ? [facts.unit] : []));
}

/** Alone on the newest timeline. */
function promoted(s: LeaderSituation): string | null {
  const [unit, ...others] = onNewest(s);
  return unit !== undefined && others.length === 0 && unit !== s.named ? unit : null;
}

/** A failover that was under way goes on in any case: all report again. */
function isUnmoved(s: LeaderSituation): boolean {
  if (s.decision?.kind === 'freeze') return true;
  return s.named !== null && !s.namedGone && onNewest(s).includes(s.named);
}

function recorded(s: LeaderSituation, primary: string | null): Decision {
  const excluded = (s.decision?.excluded ?? []).filter((unit) => unit !== primary);
  return nextDecision(s, { kind: 'primary', primary, excluded });
}

/** The decision again. A handover is over: its target was never named primary. */
function goesOn(s: LeaderSituation): Decision {
  const { decision } = s;
  if (decision?.kind === 'freeze') return freezeDecision(s, decision.excluded);
  if (decision?.kind !== 'primary') return nextDecision(s, { kind: 'primary', primary: s.named });
  const { primary, previous, requiredPosition, lossBytes } = decision;
  const requiredTimeline = decision.requiredTimeline ?? null;
  return nextDecision(s, {
    kind: 'primary',
    primary,
    previous,
    requiredPosition,
    requiredTimeline,
    lossBytes,
  });
}

function wayOut(s: LeaderSituation): string {
  const units = running(s).map(({ unit }) => unit);
  return units.length > 1
    ? `${units.join(' and ')} are both primary after manual_replication; stop the server of all but the one to be kept`
    : 'No unit is primary after manual_replication; promote the one to be kept by hand, or use the action failover';
}
