/** Rules 101–119: the first primary, and what must not be decided at all. */
import { furthest } from '../../election.ts';
import { freezeDecision, nextDecision } from '../../leader-situation.ts';
import { block, decide, type LeaderRule, steady, wait } from './verdict.ts';

export const startRules: readonly LeaderRule[] = [
  {
    id: 101,
    condition: 'manual_replication is on',
    when: (s) => s.manual,
    verdict: () => steady,
    why: 'The operator decides; the charm only shows what each unit is.',
  },
  {
    id: 102,
    condition: 'nothing is decided and members hold data of different clusters',
    when: (s) => s.decision === null && s.systems.length > 1,
    verdict: (s) => {
      const holders = s.present.filter((facts) => facts.systemIdentifier !== null).map((facts) => facts.unit);
      return block(
        `${holders.join(' and ')} hold data of different clusters; remove all but the one to be kept`,
      );
    },
    why: 'Choosing one would throw away the other.',
  },
  {
    id: 103,
    condition: 'nothing is decided and a member holds data',
    when: (s) => s.decision === null && s.holders.length > 0,
    verdict: (s) => {
      const running = s.holders.filter((facts) => facts.role === 'primary');
      const holder = furthest(running.length > 0 ? running : s.holders);
      return holder === null ? steady : decide(nextDecision(s, { kind: 'primary', primary: holder.unit }));
    },
    why: 'Data wins over an empty disk.',
  },
  {
    id: 104,
    condition: 'nothing is decided and the leader itself stays',
    when: (s) => s.decision === null && s.present.some((facts) => facts.unit === s.unit),
    verdict: (s) => decide(nextDecision(s, { kind: 'primary', primary: s.unit })),
    why: 'Nobody has data, so any unit will do, and the leader knows of itself for certain.',
  },
  {
    id: 105,
    condition: 'nothing is decided and the leader is leaving',
    when: (s) => s.decision === null,
    verdict: () => wait('Waiting for a leader that stays'),
    why: 'The next leader starts the cluster.',
  },
  {
    id: 111,
    condition: 'the named primary has no data and has refused, because a member holds data',
    when: (s) => emptyPrimaryRefused(s) && s.holders.length > 0,
    verdict: (s) => {
      const [only, ...more] = s.holders;
      if (only !== undefined && more.length === 0) {
        return decide(nextDecision(s, { kind: 'primary', primary: only.unit }));
      }
      return decide(freezeDecision(s, s.decision?.excluded ?? []));
    },
    why: 'Its refusal is a promise not to make a cluster any more. Several holders are compared first.',
  },
  {
    id: 112,
    condition: 'the named primary has no data and has refused, and members hold data of different clusters',
    when: (s) => emptyPrimaryRefused(s) && s.systems.length > 1,
    verdict: () =>
      block('Units hold data of different clusters; remove all but the ones whose data is to be kept'),
    why: 'Choosing one would throw away the other.',
  },
  {
    id: 113,
    condition: 'the named primary had data and lost it, and nobody else has any',
    when: emptyPrimaryRefused,
    verdict: (s) => block(`${s.named}: ${s.namedFacts?.refused ?? 'its data is gone'}`),
    why: 'An empty cluster in the place of a lost one would look like success.',
  },
];

function emptyPrimaryRefused(s: Parameters<LeaderRule['when']>[0]): boolean {
  const { decision, namedFacts } = s;
  if (decision?.kind !== 'primary' || s.namedGone || namedFacts === null) return false;
  return namedFacts.refused !== null && namedFacts.epoch === decision.epoch && namedFacts.role === 'none';
}
