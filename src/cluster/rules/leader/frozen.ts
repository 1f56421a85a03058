/** Rules 140–159: frozen, and a named primary that refuses. */

import { canBeChosen, furthest, hasReported, hasStoppedForGood, isLevel } from '../../election.ts';
import { wakeAfter } from '../../goal.ts';
import { freezeDecision, type LeaderSituation, lossBytes, nextDecision } from '../../leader-situation.ts';
import { surelyStoppedSeconds } from '../../limits.ts';
import type { MemberFacts } from '../../member-facts.ts';
import { neverHadData, noData } from './gone.ts';
import { block, decide, type LeaderRule, wait } from './verdict.ts';

export const frozenRules: readonly LeaderRule[] = [
  {
    id: 140,
    condition: 'frozen, and a member that counts has not reported for this epoch',
    when: (s) => frozen(s) && missing(s).length > 0,
    verdict: (s) => wait(`Waiting for ${missing(s).join(' and ')} to report`),
    why: 'The silent one may have the most. An operator who knows that it is lost uses the action failover.',
  },
  {
    id: 149,
    condition:
      'frozen, and the old primary was last heard of under manual_replication, where it has no fence',
    when: (s) => frozen(s) && mayWriteByHand(s),
    verdict: (s) =>
      block(
        `${s.named} may go on accepting writes, since manual_replication was on there: stop its machine, then: juju remove-unit --force ${s.named}`,
      ),
    why: 'It does not stop by itself. Nobody is promoted beside it.',
  },
  {
    id: 147,
    condition:
      'frozen, and the old primary has not said that it stopped, and may be alive and not have stopped itself yet',
    when: (s) => frozen(s) && mayStillWrite(s),
    verdict: (s) =>
      wait(`Making sure that ${s.named} has stopped`, wakeAfter(surelyStoppedSeconds - s.heldSeconds)),
    why: 'Without standbys and Juju it stops by itself within that time; two must never accept commits at once.',
  },
  {
    id: 148,
    condition: 'frozen, and the unit to be named has no fence',
    when: (s) => frozen(s) && unfencedHeir(s) !== null,
    verdict: (s) => {
      const { unit, unfenced } = unfencedHeir(s) ?? {};
      return wait(
        `Waiting for ${unit}, which has the most and no fence (${unfenced}): mend that, or give it up with failover`,
      );
    },
    why: 'It would refuse, and another would lack what it has.',
  },
  {
    id: 141,
    condition: 'frozen, all have reported, and one can be chosen',
    when: (s) => frozen(s) && choice(s) !== null,
    verdict: (s) => {
      const chosen = choice(s);
      return decide(
        nextDecision(s, {
          kind: 'primary',
          primary: chosen?.unit ?? null,
          lossBytes: lossBytes(s, chosen?.position ?? null),
        }),
      );
    },
    why: 'The greatest (timeline, position) loses least; equal ones go to the lowest unit number.',
  },
  {
    id: 142,
    condition: 'frozen, nobody can be chosen, and a member that was given up has data and has not spoken',
    when: (s) => frozen(s) && silentHolders(s).length > 0,
    verdict: (s) => {
      const units = silentHolders(s);
      return wait(
        `Waiting for ${units.join(' and ')}: no other unit has the data; if lost, remove it by force`,
      );
    },
    why: 'What it has is all there is, or more than the rest has.',
  },
  {
    id: 143,
    condition: 'frozen, nobody can be chosen, and members that were given up stand still with data',
    when: (s) => frozen(s) && lastResort(s) !== null,
    verdict: (s) => {
      const primary = lastResort(s)?.unit ?? null;
      const excluded = (s.decision?.excluded ?? []).filter((unit) => unit !== primary);
      return decide(nextDecision(s, { kind: 'primary', primary, excluded }));
    },
    why: 'The old primary has everything; else what is left is all there is. It waits for a decision.',
  },
  {
    id: 144,
    condition:
      'frozen, every member has reported that it has no data, and it is not known that there was any',
    when: (s) => frozen(s) && neverHadData(s) && everyoneReported(s),
    verdict: (s) => decide(nextDecision(s, { kind: 'primary', primary: s.unit })),
    why: 'The cluster had not begun; it begins again with the leader.',
  },
  {
    id: 145,
    condition: 'frozen, nobody has data so far, and members have not spoken yet',
    when: (s) => frozen(s) && !everyoneReported(s),
    verdict: () => wait('Waiting for all units to report whether they have data'),
    why: 'A new unit may bring data on its storage.',
  },
  {
    id: 146,
    condition: 'frozen, and nobody has data',
    when: frozen,
    verdict: (s) => block(noData(s)),
    why: 'An empty cluster in the place of a lost one would look like success.',
  },
  {
    id: 150,
    condition: 'the named primary refuses, and the one before it is still stopped cleanly',
    when: (s) => refused(s) && stoppedBefore(s) !== null,
    verdict: (s) => decide(nextDecision(s, { kind: 'primary', primary: stoppedBefore(s)?.unit ?? null })),
    why: 'The old one has every byte, and the refusal is a promise not to promote under that epoch any more.',
  },
  {
    id: 151,
    condition: 'the named primary refuses',
    when: refused,
    verdict: (s) => decide(freezeDecision(s, s.decision?.excluded ?? [])),
    why: 'Someone else may have what it lacks: all report, then the furthest is chosen.',
  },
];

function frozen(s: LeaderSituation): boolean {
  return s.decision?.kind === 'freeze';
}

/** A primary that was given up or removed by force cannot be asked. One that says it stopped for good will not start again. */
function mayStillWrite(s: LeaderSituation): boolean {
  const { decision, named, namedFacts } = s;
  if (decision === null || named === null || s.heldSeconds >= surelyStoppedSeconds) return false;
  if (namedFacts === null) return true;
  return namedFacts.epoch < decision.epoch && !hasStoppedForGood(namedFacts);
}

/** It has been heard only since it was given up. One that obeys the freeze says so. */
function mayWriteByHand({ decision, named, namedFacts, primaryRemains, unit }: LeaderSituation): boolean {
  if (decision === null || namedFacts === null || !primaryRemains || named === unit) return false;
  return (
    namedFacts.role === 'primary' && namedFacts.manual?.ended === false && namedFacts.epoch < decision.epoch
  );
}

/** Members whose report is waited for. */
export function missing(s: LeaderSituation): string[] {
  const { decision } = s;
  if (decision === null) return [];
  return s.members
    .filter((member) => !member.dying && !decision.excluded.includes(member.unit) && counts(s, member.facts))
    .filter((member) => member.facts === null || !hasReported(member.facts, decision.epoch))
    .map((member) => member.unit);
}

/** A member with another cluster's data has no say; one that has not spoken may. */
function counts(s: LeaderSituation, facts: MemberFacts | null): boolean {
  const system = facts?.systemIdentifier ?? null;
  return system === null || system === s.system;
}

function everyoneReported(s: LeaderSituation): boolean {
  const epoch = s.decision?.epoch ?? 0;
  return s.members.every(
    (member) => member.dying || (member.facts !== null && hasReported(member.facts, epoch)),
  );
}

function choice(s: LeaderSituation): MemberFacts | null {
  const { decision } = s;
  if (decision === null) return null;
  const candidates = s.holders.filter(
    (facts) => facts.epoch >= decision.epoch && canBeChosen(facts) && !decision.excluded.includes(facts.unit),
  );
  const most = furthest(candidates);
  if (most === null || most.unfenced === null) return most;
  return furthest(candidates.filter((facts) => facts.unfenced === null && isLevel(facts, most))) ?? most;
}

/** Member that would be named, when it has no fence. */
export function unfencedHeir(s: LeaderSituation): MemberFacts | null {
  const heir = choice(s) ?? (silentHolders(s).length > 0 ? null : lastResort(s));
  return heir === null || heir.unfenced === null ? null : heir;
}

function silentHolders(s: LeaderSituation): string[] {
  const epoch = s.decision?.epoch ?? 0;
  return s.holders.filter((facts) => facts.epoch < epoch).map((facts) => facts.unit);
}

/**
 * A member heard under this freeze that has data and does not accept writes: the old primary before others.
 */
function lastResort(s: LeaderSituation): MemberFacts | null {
  const { decision } = s;
  if (decision === null) return null;
  const standing = s.holders.filter(
    (facts) =>
      facts.epoch >= decision.epoch &&
      facts.refused === null &&
      (facts.role === 'stopped' || facts.role === 'down' || canBeChosen(facts)),
  );
  return standing.find((facts) => facts.unit === s.named) ?? furthest(standing);
}

function refused(s: LeaderSituation): boolean {
  const { decision, namedFacts } = s;
  if (decision?.kind !== 'primary' || namedFacts === null) return false;
  return namedFacts.refused !== null && namedFacts.epoch === decision.epoch;
}

function stoppedBefore(s: LeaderSituation): MemberFacts | null {
  const previous = s.holders.find((facts) => facts.unit === s.decision?.previous);
  const usable = previous?.role === 'stopped' && s.decision?.requiredPosition !== null;
  return usable && previous.position === s.decision?.requiredPosition ? previous : null;
}
