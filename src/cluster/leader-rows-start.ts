/** Rows 101–119: the first primary, and what must not be decided at all. */
import { furthest } from './election.ts';
import { freezeDecision, nextDecision } from './leader-case.ts';
import { block, decide, type LeaderRow, steady, wait } from './leader-row.ts';

export const startRows: readonly LeaderRow[] = [
  {
    id: 101,
    says: 'manual_replication is on',
    when: (c) => c.manual,
    gives: () => steady,
    why: 'The operator decides; the charm only shows what each unit is.',
  },
  {
    id: 102,
    says: 'nothing is decided and members hold data of different clusters',
    when: (c) => c.decision === null && c.systems.length > 1,
    gives: (c) => {
      const holders = c.present.filter((facts) => facts.systemIdentifier !== null).map((facts) => facts.unit);
      return block(
        `${holders.join(' and ')} hold data of different clusters; remove all but the one to be kept`,
      );
    },
    why: 'Choosing one would throw away the other.',
  },
  {
    id: 103,
    says: 'nothing is decided and a member holds data',
    when: (c) => c.decision === null && c.holders.length > 0,
    gives: (c) => {
      const running = c.holders.filter((facts) => facts.role === 'primary');
      const holder = furthest(running.length > 0 ? running : c.holders);
      return holder === null ? steady : decide(nextDecision(c, { kind: 'primary', primary: holder.unit }));
    },
    why: 'Data wins over an empty disk.',
  },
  {
    id: 104,
    says: 'nothing is decided and the leader itself stays',
    when: (c) => c.decision === null && c.present.some((facts) => facts.unit === c.unit),
    gives: (c) => decide(nextDecision(c, { kind: 'primary', primary: c.unit })),
    why: 'Nobody has data, so any unit will do, and the leader knows of itself for certain.',
  },
  {
    id: 105,
    says: 'nothing is decided and the leader is leaving',
    when: (c) => c.decision === null,
    gives: () => wait('Waiting for a leader that stays'),
    why: 'The next leader starts the cluster.',
  },
  {
    id: 111,
    says: 'the named primary has no data and has refused, because a member holds data',
    when: (c) => emptyPrimaryRefused(c) && c.holders.length > 0,
    gives: (c) => {
      const [only, ...more] = c.holders;
      if (only !== undefined && more.length === 0) {
        return decide(nextDecision(c, { kind: 'primary', primary: only.unit }));
      }
      return decide(freezeDecision(c, c.decision?.excluded ?? []));
    },
    why: 'Its refusal is a promise not to make a cluster any more. Several holders are compared first.',
  },
  {
    id: 112,
    says: 'the named primary has no data and has refused, and members hold data of different clusters',
    when: (c) => emptyPrimaryRefused(c) && c.systems.length > 1,
    gives: () =>
      block('Units hold data of different clusters; remove all but the ones whose data is to be kept'),
    why: 'Choosing one would throw away the other.',
  },
  {
    id: 113,
    says: 'the named primary had data and lost it, and nobody else has any',
    when: emptyPrimaryRefused,
    gives: (c) => block(`${c.named}: ${c.namedFacts?.refused ?? 'its data is gone'}`),
    why: 'An empty cluster in the place of a lost one would look like success.',
  },
];

function emptyPrimaryRefused(c: Parameters<LeaderRow['when']>[0]): boolean {
  const { decision, namedFacts } = c;
  if (decision?.kind !== 'primary' || c.namedGone || namedFacts === null) return false;
  return namedFacts.refused !== null && namedFacts.epoch === decision.epoch && namedFacts.role === 'none';
}
