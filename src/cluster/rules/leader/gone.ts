/** Rules 120–129: the primary leaves or is lost. */

import { hasStoppedForGood, systemsOf } from '../../election.ts';
import { wakeAfter } from '../../goal.ts';
import { freezeDecision, isSilent, type LeaderSituation, nextDecision } from '../../leader-situation.ts';
import { silenceWatchSeconds } from '../../limits.ts';
import { hasManualEnded } from '../../manual.ts';
import type { MemberFacts } from '../../member-facts.ts';
import { comparePositions } from '../../position.ts';
import { block, decide, type LeaderRule, wait } from './verdict.ts';

export const goneRules: readonly LeaderRule[] = [
  {
    id: 119,
    condition:
      'the leader itself is leaving, and is not a primary that has stopped, or manual_replication has ended',
    when: (s) =>
      leaves(s, s.unit) &&
      (hasManualEnded(s) || !(lost(s) && s.named === s.unit && hasStoppedForGood(s.namedFacts))),
    verdict: () => wait('Waiting for a leader that stays'),
    why: 'A leaving unit sees its peers vanish one by one, so it must not take that for their loss.',
  },
  {
    id: 120,
    condition: 'the primary is leaving, has stopped cleanly, and a standby can take over',
    when: (s) => lost(s) && hasStoppedForGood(s.namedFacts) && heir(s) !== null,
    verdict: (s) =>
      decide(
        nextDecision(s, {
          kind: 'primary',
          primary: heir(s)?.unit ?? null,
          requiredPosition: s.namedFacts?.position ?? null,
          requiredTimeline: s.namedFacts?.timeline ?? null,
        }),
      ),
    why: 'Its clean stop sent every byte to all that streamed; the heir proves that it has them.',
  },
  {
    id: 121,
    condition: 'the primary is gone and its server still answers, or nobody has tried yet',
    when: (s) => lost(s) && !hasStoppedForGood(s.namedFacts) && mayAnswer(s),
    verdict: (s) =>
      wait(`Waiting for ${s.named} to stop`, {
        until: 'silent',
        host: s.namedFacts?.host ?? null,
        port: s.namedFacts?.port ?? null,
        seconds: silenceWatchSeconds,
      }),
    why: 'A primary that answers may be taking commits. It stops by itself; if not, stop its machine.',
  },
  {
    id: 122,
    condition: 'the primary is being removed, does not answer, and has not said that it stopped',
    when: (s) => lost(s) && !hasStoppedForGood(s.namedFacts) && s.primaryRemains,
    verdict: (s) =>
      wait(
        `Waiting for ${s.named} to leave; if its machine is lost: juju remove-unit --force ${s.named}`,
        wakeAfter(Math.min(60, (s.primarySilentSeconds ?? 0) / 4)),
      ),
    why: 'It may only be out of reach. It says when it has stopped, or Juju says that it is gone.',
  },
  {
    id: 123,
    condition: 'the primary is gone for good, and a member has data or it is not known that there was any',
    when: (s) => lost(s) && (s.holders.length > 0 || neverHadData(s)),
    verdict: (s) => decide(freezeDecision(s, s.decision?.excluded ?? [])),
    why: 'Before anyone is chosen, all stand still and report what they have.',
  },
  {
    id: 124,
    condition: 'the primary is gone for good and nobody has data',
    when: lost,
    verdict: (s) => block(noData(s)),
    why: 'An empty cluster in the place of a lost one would look like success.',
  },
];

/** The way out when the data has left with the primary. */
export function noData(s: LeaderSituation): string {
  return `No unit has the data of ${s.named}; bring it back, or restore a backup in a new application`;
}

/** A decision names a primary, and it is gone. */
function lost(s: LeaderSituation): boolean {
  return s.decision !== null && s.decision.kind !== 'freeze' && s.namedGone;
}

/** It answers, or it has an address that nobody has tried yet. */
function mayAnswer(s: LeaderSituation): boolean {
  return s.primaryAnswers ?? s.namedFacts !== null;
}

function leaves(s: LeaderSituation, unit: string): boolean {
  return s.members.some((member) => member.unit === unit && member.dying);
}

/** No decision and no bag knows of any data: the cluster had not begun. */
export function neverHadData(s: LeaderSituation): boolean {
  const known = s.namedFacts === null ? [] : systemsOf([s.namedFacts]);
  return known.length === 0 && s.systems.length === 0 && !s.decision?.systemIdentifier;
}

/**
 * Heir of a primary that stopped cleanly: the handover's target, else a standby that streamed from it by its last report, or that has
 * reported since that it has all of its WAL. One that does not answer comes last: a bag outlives its unit.
 */
function heir(s: LeaderSituation): MemberFacts | null {
  const able = s.holders.filter(
    (facts) =>
      facts.role === 'standby' && facts.unit !== s.named && !s.decision?.excluded.includes(facts.unit),
  );
  const target = able.filter((facts) => facts.unit === s.decision?.target);
  const streamed = able.filter((facts) => facts.streamingFrom === s.named || hasAll(s.namedFacts, facts));
  const heirs = [...target, ...streamed];
  const alive = heirs.filter((facts) => !isSilent(s, facts.unit));
  // One without a fence would refuse.
  return alive.find((facts) => facts.unfenced === null) ?? alive[0] ?? heirs[0] ?? null;
}

/** Its WAL ends behind the last checkpoint of `stopped`, on the same timeline. */
function hasAll(stopped: MemberFacts | null, facts: MemberFacts): boolean {
  const isSame = stopped !== null && stopped.timeline === facts.timeline;
  return isSame && comparePositions(facts.position, stopped.position) > 0;
}
