/** Rows 140–159: frozen, and a named primary that refuses. */

import { canBeChosen, furthest, hasReported, hasStoppedForGood } from './election.ts';
import type { MemberFacts } from './facts.ts';
import { wakeAfter } from './goal.ts';
import { freezeDecision, type LeaderCase, lossBytes, nextDecision } from './leader-case.ts';
import { block, decide, type LeaderRow, wait } from './leader-row.ts';
import { neverHadData, noData } from './leader-rows-gone.ts';
import { surelyStoppedSeconds } from './limits.ts';

export const frozenRows: readonly LeaderRow[] = [
  {
    id: 140,
    says: 'frozen, and a member that counts has not reported for this epoch',
    when: (c) => frozen(c) && missing(c).length > 0,
    gives: (c) => wait(`Waiting for ${missing(c).join(' and ')} to report`),
    why: 'The silent one may have the most. An operator who knows that it is lost uses the action failover.',
  },
  {
    id: 147,
    says: 'frozen, and the old primary has not said that it stopped, and may be alive and not have stopped itself yet',
    when: (c) => frozen(c) && mayStillWrite(c),
    gives: (c) =>
      wait(`Making sure that ${c.named} has stopped`, wakeAfter(surelyStoppedSeconds - c.heldSeconds)),
    why: 'Without standbys and Juju it stops by itself within that time; two must never accept commits at once.',
  },
  {
    id: 141,
    says: 'frozen, all have reported, and one can be chosen',
    when: (c) => frozen(c) && choice(c) !== null,
    gives: (c) => {
      const chosen = choice(c);
      return decide(
        nextDecision(c, {
          kind: 'primary',
          primary: chosen?.unit ?? null,
          lossBytes: lossBytes(c, chosen?.position ?? null),
        }),
      );
    },
    why: 'The greatest (timeline, position) loses least; equal ones go to the lowest unit number.',
  },
  {
    id: 142,
    says: 'frozen, nobody can be chosen, and a member that was given up has data and has not spoken',
    when: (c) => frozen(c) && silentHolders(c).length > 0,
    gives: (c) => {
      const units = silentHolders(c);
      return wait(
        `Waiting for ${units.join(' and ')}: no other unit has the data; if lost, remove it by force`,
      );
    },
    why: 'What it has is all there is, or more than the rest has.',
  },
  {
    id: 143,
    says: 'frozen, nobody can be chosen, and members that were given up stand still with data',
    when: (c) => frozen(c) && lastResort(c) !== null,
    gives: (c) => {
      const primary = lastResort(c)?.unit ?? null;
      const excluded = (c.decision?.excluded ?? []).filter((unit) => unit !== primary);
      return decide(nextDecision(c, { kind: 'primary', primary, excluded }));
    },
    why: 'The old primary has everything; else what is left is all there is. It waits for a decision.',
  },
  {
    id: 144,
    says: 'frozen, every member has reported that it has no data, and it is not known that there was any',
    when: (c) => frozen(c) && neverHadData(c) && everyoneReported(c),
    gives: (c) => decide(nextDecision(c, { kind: 'primary', primary: c.unit })),
    why: 'The cluster had not begun; it begins again with the leader.',
  },
  {
    id: 145,
    says: 'frozen, nobody has data so far, and members have not spoken yet',
    when: (c) => frozen(c) && !everyoneReported(c),
    gives: () => wait('Waiting for all units to report whether they have data'),
    why: 'A new unit may bring data on its storage.',
  },
  {
    id: 146,
    says: 'frozen, and nobody has data',
    when: frozen,
    gives: (c) => block(noData(c)),
    why: 'An empty cluster in the place of a lost one would look like success.',
  },
  {
    id: 150,
    says: 'the named primary refuses, and the one before it is still stopped cleanly',
    when: (c) => refused(c) && stoppedBefore(c) !== null,
    gives: (c) => decide(nextDecision(c, { kind: 'primary', primary: stoppedBefore(c)?.unit ?? null })),
    why: 'The old one has every byte, and the refusal is a promise not to promote under that epoch any more.',
  },
  {
    id: 151,
    says: 'the named primary refuses',
    when: refused,
    gives: (c) => decide(freezeDecision(c, c.decision?.excluded ?? [])),
    why: 'Someone else may have what it lacks: all report, then the furthest is chosen.',
  },
];

function frozen(c: LeaderCase): boolean {
  return c.decision?.kind === 'freeze';
}

/** A primary that was given up or removed by force cannot be asked. One that says it stopped for good will not start again. */
function mayStillWrite(c: LeaderCase): boolean {
  const { decision, named, namedFacts } = c;
  if (decision === null || named === null || c.heldSeconds >= surelyStoppedSeconds) return false;
  if (namedFacts === null) return true;
  return namedFacts.epoch < decision.epoch && !hasStoppedForGood(namedFacts);
}

/** Members whose report is waited for. */
export function missing(c: LeaderCase): string[] {
  const { decision } = c;
  if (decision === null) return [];
  return c.members
    .filter((member) => !member.dying && !decision.excluded.includes(member.unit) && counts(c, member.facts))
    .filter((member) => member.facts === null || !hasReported(member.facts, decision.epoch))
    .map((member) => member.unit);
}

/** A member with another cluster's data has no say; one that has not spoken may. */
function counts(c: LeaderCase, facts: MemberFacts | null): boolean {
  const system = facts?.systemIdentifier ?? null;
  return system === null || system === c.system;
}

function everyoneReported(c: LeaderCase): boolean {
  const epoch = c.decision?.epoch ?? 0;
  return c.members.every(
    (member) => member.dying || (member.facts !== null && hasReported(member.facts, epoch)),
  );
}

function choice(c: LeaderCase): MemberFacts | null {
  const { decision } = c;
  if (decision === null) return null;
  return furthest(
    c.holders.filter(
      (facts) =>
        facts.epoch >= decision.epoch && canBeChosen(facts) && !decision.excluded.includes(facts.unit),
    ),
  );
}

function silentHolders(c: LeaderCase): string[] {
  const epoch = c.decision?.epoch ?? 0;
  return c.holders.filter((facts) => facts.epoch < epoch).map((facts) => facts.unit);
}

/**
 * A member heard under this freeze that has data and does not accept writes: the old primary before others.
 */
function lastResort(c: LeaderCase): MemberFacts | null {
  const { decision } = c;
  if (decision === null) return null;
  const standing = c.holders.filter(
    (facts) =>
      facts.epoch >= decision.epoch &&
      facts.refused === null &&
      (facts.role === 'stopped' || facts.role === 'down' || canBeChosen(facts)),
  );
  return standing.find((facts) => facts.unit === c.named) ?? furthest(standing);
}

function refused(c: LeaderCase): boolean {
  const { decision, namedFacts } = c;
  if (decision?.kind !== 'primary' || namedFacts === null) return false;
  return namedFacts.refused !== null && namedFacts.epoch === decision.epoch;
}

function stoppedBefore(c: LeaderCase): MemberFacts | null {
  const previous = c.holders.find((facts) => facts.unit === c.decision?.previous);
  const usable = previous?.role === 'stopped' && c.decision?.requiredPosition !== null;
  return usable && previous.position === c.decision?.requiredPosition ? previous : null;
}
