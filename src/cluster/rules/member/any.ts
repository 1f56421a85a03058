/** Rules 200–209: what comes before any decision. */

import { wakeAfter } from '../../goal.ts';
import { catchUpLimitSeconds, promotionLimitSeconds, reportLimitSeconds } from '../../limits.ts';
import type { MemberSituation } from '../../member-situation.ts';
import { hold, live, type MemberRule, missingData, toward, unknownStatus } from './verdict.ts';

/** Interval at which a server that cannot be looked at is looked at again, if no event comes before. */
const lookAgainSeconds = 20;

export const anyRules: readonly MemberRule[] = [
  {
    id: 255,
    condition: 'the volume with its data is away, and its server lives',
    when: (s) => s.own.volumeAway !== null && s.own.state !== 'down' && s.own.state !== 'absent',
    verdict: (s) => toward({ kind: 'stop' }, 'blocked', missingData(s.own.volumeAway ?? '')),
    why: 'It writes where nobody sees it; a fresh look finds no data and no server, and another could be begun beside it.',
  },
  {
    id: 256,
    condition: 'the volume with its data is being detached',
    when: (s) => s.volumeGoes && s.own.volumeAway === null,
    verdict: () =>
      toward(
        { kind: 'stop' },
        'blocked',
        'Storage pgdata is detached, so its server is stopped: attach it again, or give this unit up with failover or remove-unit',
      ),
    why: 'Juju takes the volume away after this hook; a clean stop leaves data that starts wherever it is attached.',
  },
  {
    id: 201,
    condition: 'manual_replication is on',
    when: (s) => s.manual,
    verdict: (s) => {
      if (s.booted && mayResume(s)) return toward({ kind: 'resume' }, 'maintenance', 'Starting the server');
      if (s.own.state === 'down') {
        return hold('waiting', 'Stopped; while manual_replication is on an operator starts it');
      }
      return hold(live(s).state, live(s).message);
    },
    why: 'The operator moves roles; the charm publishes what the unit is. When its machine boots it starts it as that, beside no other primary.',
  },
  {
    id: 202,
    condition: 'PostgreSQL is not installed',
    when: (s) => s.version === null,
    verdict: () => hold('maintenance', 'Installing PostgreSQL'),
    why: 'There is nothing to run yet.',
  },
  {
    id: 203,
    condition:
      'leaving as the primary, others stay, nobody is seen to stream, and a later hook can still stop it',
    when: (s) => s.dying && s.mayWrite && !s.lastChance && !isOverruled(s) && !mayStop(s),
    verdict: () => hold('waiting', 'Waiting for a standby to stream before leaving'),
    why: 'What no standby has received leaves with the unit.',
  },
  {
    id: 204,
    condition: 'leaving',
    when: (s) => s.dying,
    verdict: () => toward({ kind: 'stop' }, 'maintenance', 'Leaving'),
    why: 'A clean stop sends the last byte to all that stream. A leaving unit never starts again.',
  },
  {
    id: 205,
    condition: 'nothing is decided yet',
    when: (s) => s.decision === null,
    verdict: () => hold('waiting', 'Waiting for the leader to name a primary'),
    why: 'Only a recorded primary makes a cluster.',
  },
  {
    id: 206,
    condition: 'the decision read is older than one already seen',
    when: (s) => s.decision !== null && !s.isCurrent,
    verdict: () => hold('waiting', 'Waiting for the newest decision'),
    why: 'What has been overruled is never acted on.',
  },
  {
    id: 200,
    condition: 'manual_replication has ended, and no decision has been written since',
    when: (s) => s.afterManual,
    verdict: (s) => {
      const { state, message } = live(s);
      const words = 'manual_replication has ended; the leader records who is primary';
      return hold(state, state === 'active' ? `${message}; ${words}` : words);
    },
    why: 'The operator may have moved the primary: the decision from before says nothing about that.',
  },
  {
    id: 207,
    condition: 'its data belongs to another cluster and it is not the named primary',
    when: (s) => s.part !== 'named' && s.part !== 'old' && isForeign(s),
    verdict: (s) =>
      toward(
        s.mayWrite ? { kind: 'stop' } : { kind: 'hold' },
        'blocked',
        'The data here is of another cluster; remove this unit, or move the data directory away',
      ),
    why: 'Data is never replaced by another cluster’s without an operator’s word.',
  },
  {
    id: 257,
    condition: 'named primary, and the data here is not of the cluster that it had',
    when: (s) => s.part === 'named' && isExchanged(s),
    verdict: () =>
      hold(
        'blocked',
        'The data here is of another cluster than this unit had: bring its own volume back, or move this away',
      ),
    why: 'A volume that was attached in the place of another says nothing about the data of this application.',
  },
  {
    id: 208,
    condition: 'it cannot be looked at, and others have waited for it as long as they may',
    when: (s) => isOnlyUnknown(s) && isOverdue(s),
    verdict: (s) => ({
      ...hold(unknownStatus(s).state, unknownStatus(s).message),
      refuse: unknownStatus(s).message,
    }),
    why: 'A refusal lets the leader go on without it; whatever it has stays as it is.',
  },
  {
    id: 209,
    condition: 'its server lives and cannot be asked, or its data cannot be read',
    when: isOnlyUnknown,
    verdict: (s) => {
      const { state, message } = unknownStatus(s);
      const isCut = s.decision?.kind === 'freeze' && s.own.seenAs === 'standby';
      return toward({ kind: isCut ? 'freeze' : 'hold' }, state, message, wakeAfter(lookAgainSeconds));
    },
    why: 'Unknown is not absent: what was published and decided stays until something else has been seen.',
  },
];

/** A unit that may be writing though another is named is stopped whatever is known of it. */
function isOnlyUnknown(s: MemberSituation): boolean {
  return s.own.unknown !== null && !(s.mayWrite && isOverruled(s));
}

/** A handover waits for the old primary, a promotion for its WAL, a freeze for every report. */
function isOverdue(s: MemberSituation): boolean {
  if (s.decision?.kind === 'freeze') return s.heldSeconds >= reportLimitSeconds;
  if (s.part === 'old') return s.own.state === 'unknown' && s.heldSeconds >= catchUpLimitSeconds;
  const isHeir = s.part === 'named' && s.decision?.requiredPosition !== null && s.own.seenAs !== 'primary';
  return isHeir && s.memory.doneEpoch !== s.decision?.epoch && s.heldSeconds >= promotionLimitSeconds;
}

/** True for a standby, and for the recorded primary while no other member is one. */
function mayResume(s: MemberSituation): boolean {
  const isOther = s.others.some(({ facts }) => facts?.role === 'primary');
  return s.own.state === 'down' && (s.own.standbySignal || (s.part === 'named' && !isOther));
}

/** The decision it reads names another, or nobody: to go on writing would make two primaries. */
function isOverruled(s: MemberSituation): boolean {
  return s.isCurrent && s.part !== 'named' && s.part !== 'old';
}

/** Another unit streams from here, or nobody else is there that could. */
function mayStop(s: MemberSituation): boolean {
  return s.own.senders.some((sender) => sender.streaming) || !s.others.some((member) => !member.dying);
}

function isExchanged({ own, memory }: MemberSituation): boolean {
  const { systemIdentifier } = memory;
  return (
    own.state === 'down' &&
    own.systemIdentifier !== null &&
    systemIdentifier !== null &&
    own.systemIdentifier !== systemIdentifier
  );
}

function isForeign(s: MemberSituation): boolean {
  const own = s.own.systemIdentifier;
  const cluster = s.decision?.systemIdentifier ?? s.leading?.systemIdentifier ?? null;
  return own !== null && cluster !== null && own !== cluster;
}
