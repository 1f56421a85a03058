/** Rows 201–209: what comes before any decision. */

import type { MemberCase } from './member-case.ts';
import { hold, live, type MemberRow, toward } from './member-row.ts';

export const anyRows: readonly MemberRow[] = [
  {
    id: 201,
    says: 'manual_replication is on',
    when: (c) => c.manual,
    gives: (c) => hold(live(c).state, live(c).message),
    why: 'The operator moves roles; the charm publishes what the unit is.',
  },
  {
    id: 202,
    says: 'PostgreSQL is not installed',
    when: (c) => c.version === null,
    gives: () => hold('maintenance', 'Installing PostgreSQL'),
    why: 'There is nothing to run yet.',
  },
  {
    id: 203,
    says: 'leaving as the primary, others stay, nobody streams, and a later hook can still stop it',
    when: (c) => c.dying && c.runsWritable && !c.lastChance && !isOverruled(c) && !mayStop(c),
    gives: () => hold('waiting', 'Waiting for a standby to stream before leaving'),
    why: 'What no standby has received leaves with the unit.',
  },
  {
    id: 204,
    says: 'leaving',
    when: (c) => c.dying,
    gives: () => toward({ kind: 'stop' }, 'maintenance', 'Leaving'),
    why: 'A clean stop sends the last byte to all that stream. A leaving unit never starts again.',
  },
  {
    id: 205,
    says: 'nothing is decided yet',
    when: (c) => c.decision === null,
    gives: () => hold('waiting', 'Waiting for the leader to name a primary'),
    why: 'Only a recorded primary makes a cluster.',
  },
  {
    id: 206,
    says: 'the decision read is older than one already seen',
    when: (c) => c.decision !== null && !c.isCurrent,
    gives: () => hold('waiting', 'Waiting for the newest decision'),
    why: 'What has been overruled is never acted on.',
  },
  {
    id: 207,
    says: 'its data belongs to another cluster and it is not the named primary',
    when: (c) => c.part !== 'named' && c.part !== 'old' && isForeign(c),
    gives: (c) =>
      toward(
        c.runsWritable ? { kind: 'stop' } : { kind: 'hold' },
        'blocked',
        'The data here is of another cluster; remove this unit, or move the data directory away',
      ),
    why: 'Data is never replaced by another cluster’s without an operator’s word.',
  },
];

/** The decision it reads names another, or nobody: to go on writing would make two primaries. */
function isOverruled(c: MemberCase): boolean {
  return c.isCurrent && c.part !== 'named' && c.part !== 'old';
}

/** Another unit streams from here, or nobody else is there that could. */
function mayStop(c: MemberCase): boolean {
  return c.own.senders.some((sender) => sender.streaming) || !c.others.some((member) => !member.dying);
}

function isForeign(c: MemberCase): boolean {
  const own = c.own.systemIdentifier;
  const cluster = c.decision?.systemIdentifier ?? c.leading?.systemIdentifier ?? null;
  return own !== null && cluster !== null && own !== cluster;
}
