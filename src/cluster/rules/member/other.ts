/** Rules 230–259: another unit is primary, or nobody is. */
import { cloneSource } from '../../clone-source.ts';
import { wakeAfter } from '../../goal.ts';
import { reportLimitSeconds } from '../../limits.ts';
import type { MemberSituation } from '../../member-situation.ts';
import { hold, live, type MemberRule, type MemberVerdict, refuse, toward, upstreamAt } from './verdict.ts';

export const otherRules: readonly MemberRule[] = [
  {
    id: 230,
    condition: 'not named, and its server accepts writes or may do so',
    when: (s) => s.mayWrite,
    verdict: (s) =>
      toward({ kind: 'stop' }, 'maintenance', `Stopping: ${s.decision?.primary ?? 'nobody'} is primary`),
    why: 'A server that was primary asks before it writes; this one must not.',
  },
  {
    id: 237,
    condition:
      'overruled or given up, and its server is starting as one that will accept writes, or about to be started by systemd',
    when: (s) => startsWritable(s) && (!frozen(s) || isGivenUp(s)),
    verdict: (s) =>
      toward({ kind: 'stop' }, 'maintenance', `Stopping: ${s.decision?.primary ?? 'nobody'} is primary`),
    why: 'When it has recovered from its crash nobody wakes the charm. What it has can be rewound as well from where it is.',
  },
  {
    id: 235,
    condition: 'the target of a handover, and no fence can be started beside its server',
    when: (s) => isTarget(s) && s.isUnfenced && s.fence.problem !== null,
    verdict: (s) => refuse(`No fence beside its server: ${s.fence.problem}`),
    why: 'It could not be promoted; the old primary goes on.',
  },
  {
    id: 231,
    condition: 'frozen, no data',
    when: (s) => frozen(s) && !s.hasData,
    verdict: failingOver,
    why: 'It says so, and the leader need not wait for it.',
  },
  {
    id: 232,
    condition: 'frozen, half rewound, damaged, or starting for too long',
    when: (s) => frozen(s) && (s.halfRewound || s.own.damage !== null || startsTooLong(s)),
    verdict: (s) => refuse(unfitness(s)),
    why: 'It has nothing to compare. The others need not wait for it, and it will not be chosen.',
  },
  {
    id: 233,
    condition: 'frozen, a standby (running or down), or a primary that has crashed and was not given up',
    when: (s) => frozen(s) && (s.runsStandby || isDownStandby(s) || mayReportAsStandby(s)),
    verdict: (s) => {
      // WAL received before a restart is still being replayed, and no event tells when that is done.
      const watch = s.runsStandby && !s.own.endKnown ? wakeAfter(5) : undefined;
      return toward({ kind: 'freeze' }, 'waiting', failingOver(s).status.message, watch);
    },
    why: 'With the WAL receiver cut its position stands still and can be compared. Clients go on reading. After a crash the end shows once it runs.',
  },
  {
    id: 234,
    condition: 'frozen, otherwise',
    when: frozen,
    verdict: (s) =>
      startsWritable(s) ? hold('waiting', failingOver(s).status.message, wakeAfter(5)) : failingOver(s),
    why: 'A stopped primary stays down; a starting server is waited for.',
  },
  {
    id: 240,
    condition: 'a clone or rewind is running',
    when: (s) => s.job?.state === 'running',
    verdict: (s) => {
      const progress = s.job?.progress === null ? '' : `: ${s.job?.progress}`;
      return hold('maintenance', `${jobWords(s)} ${s.job?.from}${progress}`);
    },
    why: 'The job wakes the charm when it ends.',
  },
  {
    id: 236,
    condition: 'its data is damaged, and the primary is not ready for this decision',
    when: (s) => s.own.damage !== null && !s.leadingReady,
    verdict: (s) => hold('waiting', `${damaged(s)}; waiting for ${s.decision?.primary} to copy it from`),
    why: 'It would not start, and nothing is set aside before there is something to put in its place.',
  },
  {
    id: 241,
    condition: 'the primary is not ready for this decision, a stopped standby',
    when: (s) => !s.leadingReady && s.own.state === 'down' && s.own.standbySignal && !s.halfRewound,
    verdict: (s) => toward({ kind: 'freeze' }, 'waiting', `Waiting for ${s.decision?.primary}`),
    why: 'It can serve reads meanwhile, following nobody.',
  },
  {
    id: 242,
    condition: 'the primary is not ready for this decision',
    when: (s) => !s.leadingReady,
    verdict: (s) =>
      s.runsStandby && s.own.streaming
        ? hold(live(s).state, live(s).message)
        : hold('waiting', `Waiting for ${s.decision?.primary}`),
    why: 'Its timeline is not known yet, so neither is whether it can be followed.',
  },
  {
    id: 243,
    condition: 'the server is starting, with the settings it should have',
    when: (s) => s.own.state === 'starting' && !s.own.walMissing && s.own.follows === s.leading?.host,
    verdict: () => hold('waiting', 'The server is starting', wakeAfter(10)),
    why: 'Its position is known when it takes sessions.',
  },
  {
    id: 244,
    condition: 'a copy is needed, and the last attempt failed a moment ago',
    when: (s) => needsCopy(s) && s.job?.state === 'failed' && s.job.retryInSeconds > 0,
    verdict: (s) => hold('waiting', failure(s.job), wakeAfter(s.job?.retryInSeconds ?? 1)),
    why: 'Retries come with growing pauses, and each says why the last one failed.',
  },
  {
    id: 245,
    condition: 'a copy is needed, and every source is busy with copies',
    when: (s) => needsCopy(s) && cloneSource(s) === null,
    verdict: () => hold('waiting', 'Waiting for other units to finish cloning', wakeAfter(30)),
    why: 'Cloning must not overload the primary.',
  },
  {
    id: 246,
    condition: 'no data',
    when: (s) => !s.hasData,
    verdict: (s) => clone(s, 'Cloning from'),
    why: 'A new unit begins with a copy.',
  },
  {
    id: 251,
    condition: 'its data is damaged',
    when: (s) => s.own.damage !== null,
    verdict: (s) => clone(s, `${damaged(s)}: re-cloning from`),
    why: 'It cannot be started. The old data is set aside until the copy streams.',
  },
  {
    id: 247,
    condition: 'the WAL it needs is gone',
    when: (s) => needsCopy(s) && s.diverged === null && !s.halfRewound,
    verdict: (s) => clone(s, 'The WAL it needs is gone: re-cloning from'),
    why: 'Nothing else brings it back. The old data is set aside until the copy streams.',
  },
  {
    id: 248,
    condition: 'diverged, and rewinding is not possible or has failed',
    when: needsCopy,
    verdict: (s) => clone(s, 'Diverged: re-cloning from'),
    why: 'Nothing else brings it back. The old data is set aside until the copy streams.',
  },
  {
    id: 249,
    condition: 'diverged',
    when: (s) => s.diverged !== null,
    verdict: (s) => {
      if (s.leading === null) return hold('waiting', 'Waiting for the primary');
      const upstream = upstreamAt(s.leading, s.unit);
      return toward(
        { kind: 'rewind', upstream, lineage: s.lineage ?? '' },
        'maintenance',
        `Diverged: rewinding to ${upstream.unit}`,
      );
    },
    why: 'pg_rewind copies only what differs.',
  },
  {
    id: 250,
    condition: 'otherwise',
    when: () => true,
    verdict: (s) => {
      if (s.leading === null) return hold('waiting', 'Waiting for the primary');
      const upstream = upstreamAt(s.leading, s.unit);
      const message = s.own.streaming
        ? live(s)
        : { state: 'waiting', message: `Connecting to ${upstream.unit}` };
      const watch = s.own.streaming ? undefined : wakeAfter(30);
      return toward(
        { kind: 'follow', upstream },
        s.own.streaming ? 'active' : 'waiting',
        message.message,
        watch,
      );
    },
    why: 'Standbys follow the primary.',
  },
];

function frozen(s: MemberSituation): boolean {
  return s.decision?.kind === 'freeze';
}

function isDownStandby({ own }: MemberSituation): boolean {
  return own.state === 'down' && own.standbySignal;
}

/** It was primary, as by hand under manual_replication, and the end of its WAL is not known: started as a standby it tells. */
function mayReportAsStandby(s: MemberSituation): boolean {
  const { own } = s;
  return own.state === 'down' && !own.standbySignal && !own.cleanStop && !own.restarts && !isGivenUp(s);
}

function startsWritable({ own }: MemberSituation): boolean {
  return (own.state === 'starting' || own.restarts) && !own.standbySignal;
}

function isGivenUp({ decision, unit }: MemberSituation): boolean {
  return decision?.excluded.includes(unit) ?? false;
}

function isTarget({ decision, unit }: MemberSituation): boolean {
  return decision?.kind === 'handover' && decision.target === unit;
}

function failingOver(s: MemberSituation): MemberVerdict {
  return hold('waiting', `Failing over from ${s.decision?.previous ?? 'the old primary'}`);
}

function startsTooLong(s: MemberSituation): boolean {
  return s.own.state === 'starting' && s.heldSeconds >= reportLimitSeconds;
}

function unfitness(s: MemberSituation): string {
  if (s.own.damage !== null) return damaged(s);
  return s.halfRewound ? 'Its data is half rewound' : 'The server does not finish starting';
}

function damaged({ own }: MemberSituation): string {
  return `Its data is damaged (${own.damage})`;
}

/** No data, or data that only a new copy can replace. */
function needsCopy(s: MemberSituation): boolean {
  if (!s.hasData || s.own.walMissing || s.own.damage !== null || s.halfRewound) return true;
  if (s.diverged === null) return false;
  return !s.canRewind || !s.diverged.rewindable || isRewindOfNoUse(s);
}

/** It failed, or brought the data to what the primary has and did not help. */
function isRewindOfNoUse({ job, lineage }: MemberSituation): boolean {
  if (job?.name !== 'rewind') return false;
  return job.state === 'failed' || (job.state === 'done' && job.lineage === lineage);
}

/** Names the work of the running job, with the reason where there is data already. */
function jobWords(s: MemberSituation): string {
  if (s.job?.name === 'rewind') return 'Diverged: rewinding to';
  if (!s.hasData) return 'Cloning from';
  if (s.own.damage !== null) return `${damaged(s)}: re-cloning from`;
  return s.own.walMissing ? 'The WAL it needs is gone: re-cloning from' : 'Diverged: re-cloning from';
}

function failure(job: MemberSituation['job']): string {
  const error = job?.error ?? 'no reason given';
  if (job?.name === 'rewind') return `Rewinding to ${job.from} failed, a copy comes next: ${error}`;
  return `Cloning from ${job?.from} failed (attempt ${job?.attempts}): ${error}`;
}

function clone(s: MemberSituation, words: string): MemberVerdict {
  const source = cloneSource(s);
  if (source === null) return hold('waiting', 'Waiting for a source to clone from');
  const upstream = upstreamAt(source, s.unit);
  return toward(
    { kind: 'clone', upstream, lineage: s.lineage ?? '' },
    'maintenance',
    `${words} ${upstream.unit}`,
  );
}
