/** Rows 210–222: this unit is the recorded primary. */
import { wakeAfter } from './goal.ts';
import { promotionLimitSeconds } from './limits.ts';
import type { MemberCase } from './member-case.ts';
import { hold, live, type MemberRow, predecessor, refuse, toward } from './member-row.ts';
import { comparePositions } from './position.ts';

export const namedRows: readonly MemberRow[] = [
  {
    id: 210,
    says: 'named primary, and it has refused this decision',
    when: (c) => named(c) && c.hasRefused && !c.runsWritable,
    gives: (c) => hold('waiting', c.memory.refused?.why ?? 'Refused'),
    why: 'A refusal is a promise: the leader may already have named another.',
  },
  {
    id: 211,
    says: 'named primary without data, and another member holds data',
    when: (c) => named(c) && !c.hasData && c.otherHolders.length > 0,
    gives: (c) => refuse(`No data here, but ${c.otherHolders[0]?.unit} holds data`),
    why: 'A unit that holds data never yields to an empty one.',
  },
  {
    id: 212,
    says: 'named primary without data, and there was data before',
    when: (c) => named(c) && !c.hasData && hadData(c),
    gives: () =>
      refuse('The data directory is gone; bring it back, or restore a backup in a new application'),
    why: 'An empty cluster in the place of a lost one would look like success.',
  },
  {
    id: 213,
    says: 'named primary, and its data is half rewound',
    when: (c) => named(c) && c.halfRewound,
    gives: () => refuse('Its data is half rewound'),
    why: 'It would not start, or start with pieces of two histories.',
  },
  {
    id: 214,
    says: 'named primary, and nobody has data',
    when: (c) => named(c) && !c.hasData,
    gives: () => toward({ kind: 'create' }, 'maintenance', 'Creating the cluster'),
    why: 'The record is committed, so exactly one unit makes the cluster.',
  },
  {
    id: 215,
    says: 'named primary, and another primary of the same cluster is on a higher timeline',
    when: (c) => named(c) && ahead(c) !== null,
    gives: (c) =>
      toward(
        { kind: 'stop' },
        'blocked',
        `${ahead(c)} is primary on a higher timeline; remove it, or give this unit up with failover`,
      ),
    why: 'Two primaries is the one thing that must not be. The one behind stops.',
  },
  {
    id: 216,
    says: 'named primary, running as one',
    when: (c) => named(c) && c.runsWritable,
    gives: (c) => toward({ kind: 'run-primary' }, live(c).state, live(c).message),
    why: 'All is as decided.',
  },
  {
    id: 217,
    says: 'named primary, a running standby that has all it must have',
    when: (c) => named(c) && c.runsStandby && hasRequired(c),
    gives: (c) => toward({ kind: 'promote' }, 'maintenance', `Taking over from ${predecessor(c)}`),
    why: 'The old primary has stopped, is gone, or was given up; the decision says so by naming this unit.',
  },
  {
    id: 218,
    says: 'named primary, data here, stopped as a primary (cleanly or not)',
    when: (c) => named(c) && stoppedAsPrimary(c) && mayResume(c),
    gives: () => toward({ kind: 'run-primary' }, 'maintenance', 'Starting the primary'),
    why: 'The newest decision names it, so nobody else has been promoted.',
  },
  {
    id: 219,
    says: 'named primary after a handover or departure, but stopped as a primary itself before that',
    when: (c) => named(c) && stoppedAsPrimary(c),
    gives: (c) => refuse(`Lacks WAL up to ${c.decision?.requiredPosition} of ${predecessor(c)}`),
    why: 'What it has ends before the last commits of the primary it is to succeed.',
  },
  {
    id: 220,
    says: 'named primary, not able to promote yet, within the time limit',
    when: (c) => named(c) && c.heldSeconds < promotionLimitSeconds,
    gives: (c) =>
      toward(
        c.own.state === 'down' ? { kind: 'freeze' } : { kind: 'hold' },
        'waiting',
        c.runsStandby ? `Waiting for the last WAL of ${predecessor(c)}` : 'The server is starting',
        wakeAfter(Math.min(5, promotionLimitSeconds - c.heldSeconds)),
      ),
    why: 'It may still be replaying or receiving.',
  },
  {
    id: 221,
    says: 'named primary, a running standby that lacks WAL',
    when: (c) => named(c) && c.runsStandby,
    gives: (c) => refuse(`Lacks WAL up to ${c.decision?.requiredPosition} of ${predecessor(c)}`),
    why: 'Promoting now would lose acknowledged commits; the leader chooses again.',
  },
  {
    id: 222,
    says: 'named primary, and its server does not come up',
    when: named,
    gives: (c) =>
      toward(
        c.own.state === 'down' ? { kind: 'freeze' } : { kind: 'hold' },
        'waiting',
        'The server does not come up; see its log, or name another with the action failover',
      ),
    why: 'It may be in a long crash recovery. Whether to give it up is an operator’s decision.',
  },
];

function named(c: MemberCase): boolean {
  return c.part === 'named';
}

function hadData(c: MemberCase): boolean {
  return c.memory.systemIdentifier !== null || Boolean(c.decision?.systemIdentifier);
}

function hasRequired(c: MemberCase): boolean {
  const required = c.decision?.requiredPosition ?? null;
  if (required === null) return true;
  const timeline = c.decision?.requiredTimeline ?? c.own.timeline;
  return c.own.timeline === timeline && comparePositions(c.own.position, required) > 0;
}

function stoppedAsPrimary(c: MemberCase): boolean {
  return c.own.state === 'down' && !c.own.standbySignal;
}

/** Nothing is required of it, or it was promoted past what is required already and went down afterwards. */
function mayResume(c: MemberCase): boolean {
  const required = c.decision?.requiredPosition ?? null;
  if (required === null || c.memory.doneEpoch === c.decision?.epoch) return true;
  const promoted = c.own.history.findLast((line) => line.timeline === c.decision?.requiredTimeline);
  return promoted !== undefined && comparePositions(promoted.switchPosition, required) > 0;
}

/** A member that says it is primary of this system, later than this one, by the same or a newer decision. */
function ahead(c: MemberCase): string | null {
  const { decision, own } = c;
  if (decision === null || own.timeline === null) return null;
  const timeline = own.timeline;
  const other = c.otherHolders.find(
    (facts) =>
      facts.role === 'primary' &&
      facts.systemIdentifier === own.systemIdentifier &&
      (facts.timeline ?? 0) > timeline &&
      facts.epoch >= decision.epoch &&
      !decision.excluded.includes(facts.unit),
  );
  return other?.unit ?? null;
}
