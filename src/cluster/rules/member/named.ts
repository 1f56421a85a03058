/** Rules 210–222: this unit is the recorded primary. */
import { wakeAfter } from '../../goal.ts';
import { promotionLimitSeconds } from '../../limits.ts';
import type { MemberSituation } from '../../member-situation.ts';
import { comparePositions } from '../../position.ts';
import { hold, live, type MemberRule, predecessor, refuse, toward } from './verdict.ts';

export const namedRules: readonly MemberRule[] = [
  {
    id: 210,
    condition: 'named primary, and it has refused this decision',
    when: (s) => named(s) && s.hasRefused && !s.runsWritable,
    verdict: (s) => hold('waiting', s.memory.refused?.why ?? 'Refused'),
    why: 'A refusal is a promise: the leader may already have named another.',
  },
  {
    id: 212,
    condition: 'named primary without data, and there was data before',
    when: (s) => named(s) && !s.hasData && hadData(s),
    verdict: (s) => hold('blocked', `The data directory is gone; ${goneWayOut(s)}`),
    why: 'What others have may be less. It does not refuse: it goes on when the data is back, or an operator gives it up.',
  },
  {
    id: 211,
    condition: 'named primary that never had data, and another member holds data',
    when: (s) => named(s) && !s.hasData && s.otherHolders.length > 0,
    verdict: (s) => refuse(`No data here, but ${s.otherHolders[0]?.unit} holds data`),
    why: 'A unit that holds data never yields to an empty one.',
  },
  {
    id: 213,
    condition: 'named primary, and its data is half rewound',
    when: (s) => named(s) && s.halfRewound,
    verdict: () => refuse('Its data is half rewound'),
    why: 'It would not start, or start with pieces of two histories.',
  },
  {
    id: 229,
    condition: 'named primary, and its data is damaged',
    when: (s) => named(s) && s.own.damage !== null,
    verdict: (s) => {
      const message = `Its data is damaged (${s.own.damage}); ${damageWayOut(s)}`;
      const isHeir = s.decision?.requiredPosition !== null && s.memory.doneEpoch !== s.decision?.epoch;
      return { ...hold('blocked', message), refuse: isHeir ? message : null };
    },
    why: 'The data of a primary is never set aside without an operator’s word. One that was to take over gives way.',
  },
  {
    id: 214,
    condition: 'named primary, and nobody has data',
    when: (s) => named(s) && !s.hasData,
    verdict: () => toward({ kind: 'create' }, 'maintenance', 'Creating the cluster'),
    why: 'The record is committed, so exactly one unit makes the cluster.',
  },
  {
    id: 215,
    condition: 'named primary, and another primary of the same cluster is on a higher timeline',
    when: (s) => named(s) && ahead(s) !== null,
    verdict: (s) =>
      toward(
        { kind: 'stop' },
        'blocked',
        `${ahead(s)} is primary on a higher timeline; remove it, or give this unit up with failover`,
      ),
    why: 'Two primaries is the one thing that must not be. The one behind stops.',
  },
  {
    id: 216,
    condition: 'named primary, running as one',
    when: (s) => named(s) && s.runsWritable,
    verdict: (s) => toward({ kind: 'run-primary' }, live(s).state, live(s).message),
    why: 'All is as decided.',
  },
  {
    id: 252,
    condition: 'named primary, a running standby that has all it must have, and its fence is still to begin',
    when: (s) =>
      ready(s) && s.isUnfenced && s.fence.problem === null && s.heldSeconds < promotionLimitSeconds,
    verdict: (s) =>
      hold('waiting', 'Waiting for its fence', wakeAfter(promotionLimitSeconds - s.heldSeconds)),
    why: 'Cut off without a fence it would accept writes beside whoever takes its place.',
  },
  {
    id: 253,
    condition: 'named primary, a running standby that has all it must have, and no fence can be started',
    when: (s) => ready(s) && s.isUnfenced,
    verdict: (s) => refuse(`No fence beside its server: ${s.fence.problem ?? 'it does not run'}`),
    why: 'The old primary goes on where that is possible, else another is chosen.',
  },
  {
    id: 217,
    condition: 'named primary, a running standby that has all it must have',
    when: ready,
    verdict: (s) => toward({ kind: 'promote' }, 'maintenance', `Taking over from ${predecessor(s)}`),
    why: 'The old primary has stopped, is gone, or was given up; the decision says so by naming this unit.',
  },
  {
    id: 254,
    condition: 'named primary, data here, stopped as a primary, and no fence lives beside it',
    when: (s) => named(s) && stoppedAsPrimary(s) && mayResume(s) && s.isUnfenced,
    verdict: ({ fence: { problem } }) =>
      problem === null
        ? hold('waiting', 'Waiting for its fence')
        : hold('blocked', `No fence beside its server, so it does not start: ${problem}`),
    why: 'It does not refuse: another would lack what no standby has received. An operator mends it, or fails over.',
  },
  {
    id: 218,
    condition: 'named primary, data here, stopped as a primary (cleanly or not)',
    when: (s) => named(s) && stoppedAsPrimary(s) && mayResume(s),
    verdict: () => toward({ kind: 'run-primary' }, 'maintenance', 'Starting the primary'),
    why: 'The newest decision names it, so nobody else has been promoted.',
  },
  {
    id: 219,
    condition: 'named primary after a handover or departure, but stopped as a primary itself before that',
    when: (s) => named(s) && stoppedAsPrimary(s),
    verdict: (s) => refuse(`Lacks WAL up to ${s.decision?.requiredPosition} of ${predecessor(s)}`),
    why: 'What it has ends before the last commits of the primary it is to succeed.',
  },
  {
    id: 220,
    condition: 'named primary, not able to promote yet, within the time limit',
    when: (s) => named(s) && s.heldSeconds < promotionLimitSeconds,
    verdict: (s) =>
      toward(
        s.own.state === 'down' ? { kind: 'freeze' } : { kind: 'hold' },
        'waiting',
        s.runsStandby ? `Waiting for the last WAL of ${predecessor(s)}` : 'The server is starting',
        wakeAfter(Math.min(5, promotionLimitSeconds - s.heldSeconds)),
      ),
    why: 'It may still be replaying or receiving.',
  },
  {
    id: 221,
    condition: 'named primary, a running standby that lacks WAL',
    when: (s) => named(s) && s.runsStandby,
    verdict: (s) => refuse(`Lacks WAL up to ${s.decision?.requiredPosition} of ${predecessor(s)}`),
    why: 'Promoting now would lose acknowledged commits; the leader chooses again.',
  },
  {
    id: 222,
    condition: 'named primary, and its server does not come up',
    when: named,
    verdict: (s) =>
      toward(
        s.own.state === 'down' ? { kind: 'freeze' } : { kind: 'hold' },
        'waiting',
        'The server does not come up; see its log, or name another with the action failover',
      ),
    why: 'It may be in a long crash recovery. Whether to give it up is an operator’s decision.',
  },
];

function named(s: MemberSituation): boolean {
  return s.part === 'named';
}

function damageWayOut({ otherHolders }: MemberSituation): string {
  return otherHolders.length === 0
    ? 'put it right, or restore a backup in a new application'
    : 'put it right, or name another with the action failover';
}

function goneWayOut({ otherHolders }: MemberSituation): string {
  return otherHolders.length === 0
    ? 'bring it back, or restore a backup in a new application'
    : 'bring it back, or name another with the action failover';
}

function ready(s: MemberSituation): boolean {
  return named(s) && s.runsStandby && hasRequired(s);
}

function hadData(s: MemberSituation): boolean {
  return s.memory.systemIdentifier !== null || Boolean(s.decision?.systemIdentifier);
}

function hasRequired(s: MemberSituation): boolean {
  const required = s.decision?.requiredPosition ?? null;
  if (required === null) return true;
  const timeline = s.decision?.requiredTimeline ?? s.own.timeline;
  return s.own.timeline === timeline && comparePositions(s.own.position, required) > 0;
}

function stoppedAsPrimary(s: MemberSituation): boolean {
  return s.own.state === 'down' && !s.own.standbySignal;
}

/** Nothing is required of it, or it was promoted past what is required already and went down afterwards. */
function mayResume(s: MemberSituation): boolean {
  const required = s.decision?.requiredPosition ?? null;
  if (required === null || s.memory.doneEpoch === s.decision?.epoch) return true;
  const promoted = s.own.history.findLast((line) => line.timeline === s.decision?.requiredTimeline);
  return promoted !== undefined && comparePositions(promoted.switchPosition, required) > 0;
}

/** A member that says it is primary of this system, later than this one, by the same or a newer decision. */
function ahead(s: MemberSituation): string | null {
  const { decision, own } = s;
  if (decision === null || own.timeline === null) return null;
  const timeline = own.timeline;
  const other = s.otherHolders.find(
    (facts) =>
      facts.role === 'primary' &&
      facts.systemIdentifier === own.systemIdentifier &&
      (facts.timeline ?? 0) > timeline &&
      facts.epoch >= decision.epoch &&
      !decision.excluded.includes(facts.unit),
  );
  return other?.unit ?? null;
}
