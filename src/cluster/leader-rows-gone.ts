/** Rows 120–129: the primary leaves or is lost. */

import { hasStoppedForGood, systemsOf } from './election.ts';
import type { MemberFacts } from './facts.ts';
import { wakeAfter } from './goal.ts';
import { freezeDecision, type LeaderCase, nextDecision } from './leader-case.ts';
import { block, decide, type LeaderRow, wait } from './leader-row.ts';
import { silenceWatchSeconds } from './limits.ts';
import { comparePositions } from './position.ts';

export const goneRows: readonly LeaderRow[] = [
  {
    id: 119,
    says: 'the leader itself is leaving, and is not a primary that has stopped',
    when: (c) => leaves(c, c.unit) && !(lost(c) && c.named === c.unit && hasStoppedForGood(c.namedFacts)),
    gives: () => wait('Waiting for a leader that stays'),
    why: 'A leaving unit sees its peers vanish one by one, so it must not take that for their loss.',
  },
  {
    id: 120,
    says: 'the primary is leaving, has stopped cleanly, and a standby can take over',
    when: (c) => lost(c) && hasStoppedForGood(c.namedFacts) && heir(c) !== null,
    gives: (c) =>
      decide(
        nextDecision(c, {
          kind: 'primary',
          primary: heir(c)?.unit ?? null,
          requiredPosition: c.namedFacts?.position ?? null,
          requiredTimeline: c.namedFacts?.timeline ?? null,
        }),
      ),
    why: 'Its clean stop sent every byte to all that streamed; the heir proves that it has them.',
  },
  {
    id: 121,
    says: 'the primary is gone and its server still answers, or nobody has tried yet',
    when: (c) => lost(c) && !hasStoppedForGood(c.namedFacts) && mayAnswer(c),
    gives: (c) =>
      wait(`Waiting for ${c.named} to stop`, {
        until: 'silent',
        host: c.namedFacts?.host ?? null,
        port: c.namedFacts?.port ?? null,
        seconds: silenceWatchSeconds,
      }),
    why: 'A primary that answers may be taking commits. It stops by itself; if not, stop its machine.',
  },
  {
    id: 122,
    says: 'the primary is being removed, does not answer, and has not said that it stopped',
    when: (c) => lost(c) && !hasStoppedForGood(c.namedFacts) && c.primaryRemains,
    gives: (c) =>
      wait(
        `Waiting for ${c.named} to leave; if its machine is lost: juju remove-unit --force ${c.named}`,
        wakeAfter(Math.min(60, (c.primarySilentSeconds ?? 0) / 4)),
      ),
    why: 'It may only be out of reach. It says when it has stopped, or Juju says that it is gone.',
  },
  {
    id: 123,
    says: 'the primary is gone for good, and a member has data or it is not known that there was any',
    when: (c) => lost(c) && (c.holders.length > 0 || neverHadData(c)),
    gives: (c) => decide(freezeDecision(c, c.decision?.excluded ?? [])),
    why: 'Before anyone is chosen, all stand still and report what they have.',
  },
  {
    id: 124,
    says: 'the primary is gone for good and nobody has data',
    when: lost,
    gives: (c) => block(noData(c)),
    why: 'An empty cluster in the place of a lost one would look like success.',
  },
];

/** The way out when the data has left with the primary. */
export function noData(c: LeaderCase): string {
  return `No unit has the data of ${c.named}; bring it back, or restore a backup in a new application`;
}

/** A decision names a primary, and it is gone. */
function lost(c: LeaderCase): boolean {
  return c.decision !== null && c.decision.kind !== 'freeze' && c.namedGone;
}

/** It answers, or it has an address that nobody has tried yet. */
function mayAnswer(c: LeaderCase): boolean {
  return c.primaryAnswers ?? c.namedFacts !== null;
}

function leaves(c: LeaderCase, unit: string): boolean {
  return c.members.some((member) => member.unit === unit && member.dying);
}

/** No decision and no bag knows of any data: the cluster had not begun. */
export function neverHadData(c: LeaderCase): boolean {
  const known = c.namedFacts === null ? [] : systemsOf([c.namedFacts]);
  return known.length === 0 && c.systems.length === 0 && !c.decision?.systemIdentifier;
}

/**
 * Who takes over from a primary that stopped cleanly: the handover's target, else a standby that streamed
 * from it when it last spoke, or that has said since that it has all of its WAL.
 */
function heir(c: LeaderCase): MemberFacts | null {
  const able = c.holders.filter(
    (facts) =>
      facts.role === 'standby' && facts.unit !== c.named && !c.decision?.excluded.includes(facts.unit),
  );
  const streamed = able.filter((facts) => facts.streamingFrom === c.named || hasAll(c.namedFacts, facts));
  return able.find((facts) => facts.unit === c.decision?.target) ?? streamed[0] ?? null;
}

/** Its WAL ends behind the last checkpoint of `stopped`, on the same timeline. */
function hasAll(stopped: MemberFacts | null, facts: MemberFacts): boolean {
  const isSame = stopped !== null && stopped.timeline === facts.timeline;
  return isSame && comparePositions(facts.position, stopped.position) > 0;
}
