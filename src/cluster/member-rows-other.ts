/** Rows 230–259: another unit is primary, or nobody is. */
import { cloneSource } from './clone-source.ts';
import { wakeAfter } from './goal.ts';
import { reportLimitSeconds } from './limits.ts';
import type { MemberCase } from './member-case.ts';
import { hold, live, type MemberRow, type MemberVerdict, refuse, toward, upstreamAt } from './member-row.ts';

export const otherRows: readonly MemberRow[] = [
  {
    id: 230,
    says: 'not named, and its server accepts writes',
    when: (c) => c.runsWritable,
    gives: (c) =>
      toward({ kind: 'stop' }, 'maintenance', `Stopping: ${c.decision?.primary ?? 'nobody'} is primary`),
    why: 'A server that was primary asks before it writes; this one must not.',
  },
  {
    id: 231,
    says: 'frozen, no data',
    when: (c) => frozen(c) && !c.hasData,
    gives: failingOver,
    why: 'It says so, and the leader need not wait for it.',
  },
  {
    id: 232,
    says: 'frozen, half rewound, or starting for too long',
    when: (c) => frozen(c) && (c.halfRewound || startsTooLong(c)),
    gives: (c) => refuse(c.halfRewound ? 'Its data is half rewound' : 'The server does not finish starting'),
    why: 'It has nothing to compare. The others need not wait for it, and it will not be chosen.',
  },
  {
    id: 233,
    says: 'frozen, a standby (running or down)',
    when: (c) => frozen(c) && (c.runsStandby || (c.own.state === 'down' && c.own.standbySignal)),
    gives: (c) => {
      // What it had received before a restart is still being replayed, and nothing tells when that is done.
      const watch = c.runsStandby && !c.own.endKnown ? wakeAfter(5) : undefined;
      return toward({ kind: 'freeze' }, 'waiting', failingOver(c).status.message, watch);
    },
    why: 'With the WAL receiver cut its position stands still and can be compared. Clients go on reading.',
  },
  {
    id: 234,
    says: 'frozen, otherwise',
    when: frozen,
    gives: failingOver,
    why: 'A stopped primary stays down; a starting server is waited for.',
  },
  {
    id: 240,
    says: 'a clone or rewind is running',
    when: (c) => c.job?.state === 'running',
    gives: (c) => {
      const progress = c.job?.progress === null ? '' : `: ${c.job?.progress}`;
      return hold('maintenance', `${jobWords(c)} ${c.job?.from}${progress}`);
    },
    why: 'The job wakes the charm when it ends.',
  },
  {
    id: 241,
    says: 'the primary is not ready for this decision, a stopped standby',
    when: (c) => !c.leadingReady && c.own.state === 'down' && c.own.standbySignal && !c.halfRewound,
    gives: (c) => toward({ kind: 'freeze' }, 'waiting', `Waiting for ${c.decision?.primary}`),
    why: 'It can serve reads meanwhile, following nobody.',
  },
  {
    id: 242,
    says: 'the primary is not ready for this decision',
    when: (c) => !c.leadingReady,
    gives: (c) =>
      c.runsStandby && c.own.streaming
        ? hold(live(c).state, live(c).message)
        : hold('waiting', `Waiting for ${c.decision?.primary}`),
    why: 'Its timeline is not known yet, so neither is whether it can be followed.',
  },
  {
    id: 243,
    says: 'the server is starting, with the settings it should have',
    when: (c) =>
      c.own.state === 'starting' &&
      !c.own.walMissing &&
      (!c.own.standbySignal || c.own.follows === c.leading?.host),
    gives: () => hold('waiting', 'The server is starting', wakeAfter(10)),
    why: 'Its position is known when it takes sessions.',
  },
  {
    id: 244,
    says: 'a copy is needed, and the last attempt failed a moment ago',
    when: (c) => needsCopy(c) && c.job?.state === 'failed' && c.job.retryInSeconds > 0,
    gives: (c) => hold('waiting', failure(c.job), wakeAfter(c.job?.retryInSeconds ?? 1)),
    why: 'Retries come with growing pauses, and each says why the last one failed.',
  },
  {
    id: 245,
    says: 'a copy is needed, and every source is busy with copies',
    when: (c) => needsCopy(c) && cloneSource(c) === null,
    gives: () => hold('waiting', 'Waiting for other units to finish cloning', wakeAfter(30)),
    why: 'Cloning must not overload the primary.',
  },
  {
    id: 246,
    says: 'no data',
    when: (c) => !c.hasData,
    gives: (c) => clone(c, 'Cloning from'),
    why: 'A new unit begins with a copy.',
  },
  {
    id: 247,
    says: 'the WAL it needs is gone',
    when: (c) => needsCopy(c) && c.diverged === null && !c.halfRewound,
    gives: (c) => clone(c, 'The WAL it needs is gone: re-cloning from'),
    why: 'Nothing else brings it back. The old data is set aside until the copy streams.',
  },
  {
    id: 248,
    says: 'diverged, and rewinding is not possible or has failed',
    when: needsCopy,
    gives: (c) => clone(c, 'Diverged: re-cloning from'),
    why: 'Nothing else brings it back. The old data is set aside until the copy streams.',
  },
  {
    id: 249,
    says: 'diverged',
    when: (c) => c.diverged !== null,
    gives: (c) => {
      if (c.leading === null) return hold('waiting', 'Waiting for the primary');
      const upstream = upstreamAt(c.leading, c.unit);
      return toward(
        { kind: 'rewind', upstream, lineage: c.lineage ?? '' },
        'maintenance',
        `Diverged: rewinding to ${upstream.unit}`,
      );
    },
    why: 'pg_rewind copies only what differs.',
  },
  {
    id: 250,
    says: 'otherwise',
    when: () => true,
    gives: (c) => {
      if (c.leading === null) return hold('waiting', 'Waiting for the primary');
      const upstream = upstreamAt(c.leading, c.unit);
      const message = c.own.streaming
        ? live(c)
        : { state: 'waiting', message: `Connecting to ${upstream.unit}` };
      const watch = c.own.streaming ? undefined : wakeAfter(30);
      return toward(
        { kind: 'follow', upstream },
        c.own.streaming ? 'active' : 'waiting',
        message.message,
        watch,
      );
    },
    why: 'Standbys follow the primary.',
  },
];

function frozen(c: MemberCase): boolean {
  return c.decision?.kind === 'freeze';
}

function failingOver(c: MemberCase): MemberVerdict {
  return hold('waiting', `Failing over from ${c.decision?.previous ?? 'the old primary'}`);
}

function startsTooLong(c: MemberCase): boolean {
  return c.own.state === 'starting' && c.heldSeconds >= reportLimitSeconds;
}

/** No data, or data that only a new copy can replace. */
function needsCopy(c: MemberCase): boolean {
  if (!c.hasData || c.own.walMissing || c.halfRewound) return true;
  if (c.diverged === null) return false;
  return !c.canRewind || !c.diverged.rewindable || isRewindOfNoUse(c);
}

/** It failed, or brought the data to what the primary has and did not help. */
function isRewindOfNoUse({ job, lineage }: MemberCase): boolean {
  if (job?.name !== 'rewind') return false;
  return job.state === 'failed' || (job.state === 'done' && job.lineage === lineage);
}

/** What the running job does, with the reason where there is data already. */
function jobWords(c: MemberCase): string {
  if (c.job?.name === 'rewind') return 'Diverged: rewinding to';
  if (!c.hasData) return 'Cloning from';
  return c.own.walMissing ? 'The WAL it needs is gone: re-cloning from' : 'Diverged: re-cloning from';
}

function failure(job: MemberCase['job']): string {
  const error = job?.error ?? 'no reason given';
  if (job?.name === 'rewind') return `Rewinding to ${job.from} failed, a copy comes next: ${error}`;
  return `Cloning from ${job?.from} failed (attempt ${job?.attempts}): ${error}`;
}

function clone(c: MemberCase, words: string): MemberVerdict {
  const source = cloneSource(c);
  if (source === null) return hold('waiting', 'Waiting for a source to clone from');
  const upstream = upstreamAt(source, c.unit);
  return toward(
    { kind: 'clone', upstream, lineage: c.lineage ?? '' },
    'maintenance',
    `${words} ${upstream.unit}`,
  );
}
