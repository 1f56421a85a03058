/** What the rules of cluster/ look at, made from an observation. */

import { decisionKey, decodeDecision } from '../../cluster/bags/decision.ts';
import { decodeMember } from '../../cluster/bags/member.ts';
import type { Decision, MemberFacts } from '../../cluster/member-facts.ts';
import { ownServer } from '../../cluster/own-server.ts';
import { compareUnits } from '../../cluster/units.ts';
import type { LeaderView, Member, MemberJob, MemberView } from '../../cluster/view.ts';
import { managedPaths } from '../../server/place.ts';
import type { JobFacts, ServerFacts } from '../../server/server-facts.ts';
import { majorTraits } from '../../server/versions.ts';
import type { Observation } from '../observation.ts';

const lastHooks = ['stop', 'remove', 'pgdata-storage-detaching'];
const retryPauseSeconds = 5;
const longestRetryPauseSeconds = 300;

export interface ReadPeers {
  readonly decision: Decision | null;
  readonly others: readonly Member[];
  /** Texts in bags that cannot be understood. */
  readonly problems: readonly string[];
}

/** The committed decision and the other members, as their bags tell. */
export function readPeers(observation: Observation): ReadPeers {
  const { peer, dying } = observation.juju;
  const read = decodeDecision(peer?.committed[decisionKey]);
  const problems = read.problem === null ? [] : [read.problem];
  const others = Object.entries(peer?.members ?? {})
    .toSorted(([left], [right]) => compareUnits(left, right))
    .map(([unit, bag]): Member => {
      const { facts, problem } = decodeMember(unit, bag);
      if (problem !== null) problems.push(problem);
      return {
        unit,
        dying: dying.includes(unit) || facts?.leaving === true,
        facts,
        answers: observation.answers[unit] ?? null,
      };
    });
  return { decision: read.decision, others, problems };
}

/** What the leader's rules look at. `own` are this unit's facts as seen now. */
export function leaderView(
  observation: Observation,
  peers: ReadPeers,
  own: MemberFacts,
  manual: boolean,
): LeaderView {
  const { event, juju } = observation;
  const { decision } = peers;
  const self: Member = { unit: event.unit, dying: juju.leaving, facts: own, answers: null };
  const named = decision?.primary ?? decision?.previous ?? null;
  return {
    unit: event.unit,
    now: observation.now,
    decision,
    decisionAgeSeconds: secondsSince(decision?.since ?? null, observation.now),
    heldSeconds: heldSeconds(observation, decision),
    members: [self, ...peers.others].toSorted((a, b) => compareUnits(a.unit, b.unit)),
    departedPrimary: named === null ? null : decodeMember(named, juju.peer?.departed[named] ?? {}).facts,
    primaryAnswers: primaryAnswers(observation, peers, named),
    primarySilentSeconds: silentSeconds(observation, named),
    primaryRemains:
      named !== null && (juju.units?.includes(named) ?? peers.others.some(({ unit }) => unit === named)),
    manual,
  };
}

function primaryAnswers(
  { answers, server }: Observation,
  { others }: ReadPeers,
  named: string | null,
): boolean | null {
  if (named === null) return null;
  const host = others.find((member) => member.unit === named)?.facts?.host;
  // A trial is newer than a stream, which can look alive for a minute after its source has lost power.
  const tried = answers[named];
  if (tried !== undefined) return tried;
  const running = server.running;
  return running?.streaming === true && host !== undefined && running.upstreamHost === host ? true : null;
}

/** How long the decision's primary has not answered, this trial included; null when it did or was not tried. */
function silentSeconds({ answers, memory, now }: Observation, named: string | null): number | null {
  if (named === null || answers[named] !== false) return null;
  return memory.silent?.unit === named ? secondsSince(memory.silent.since, now) : 0;
}

/** What the members' rules look at. */
export function memberView(observation: Observation, peers: ReadPeers, manual: boolean): MemberView {
  const { event, juju, memory, server } = observation;
  const place = server.place;
  const traits = place === null ? null : majorTraits(place.major);
  return {
    unit: event.unit,
    host: juju.peer?.host ?? '',
    port: place?.port ?? 5432,
    version: serverVersion(observation),
    dying: juju.leaving,
    lastChance: juju.leaving && lastHooks.includes(event.hook),
    decision: peers.decision,
    heldSeconds: heldSeconds(observation, peers.decision),
    memory: memory.cluster,
    others: peers.others,
    own: ownServer(server, followedHost(server)),
    job: server.job === null ? null : memberJob(server.job, observation.now),
    canRewind: traits?.rewindRestoresWal === true && server.control !== null,
    manual,
  };
}

/** How long this unit has known the decision, by its own clock. */
function heldSeconds({ memory: { decisionSeen }, now }: Observation, decision: Decision | null): number {
  return decision !== null && decisionSeen?.epoch === decision.epoch ? secondsSince(decisionSeen.at, now) : 0;
}

/** The server's version as far as it is known: running, else as shown last, else the major that is installed. */
export function serverVersion({ server, memory }: Observation): string | null {
  if (server.running !== null) return server.running.version;
  const major = server.place?.major ?? server.installedMajor;
  if (major === null) return null;
  return memory.shownVersion.startsWith(`${major}.`) ? memory.shownVersion : String(major);
}

/** The host that the recovery settings on disk follow. */
function followedHost({ place, files }: ServerFacts): string | null {
  const traits = place === null ? null : majorTraits(place.major);
  if (place === null || traits === null) return null;
  const text = files[managedPaths(place, traits.recoveryIn).recovery] ?? '';
  return /^primary_conninfo\s*=.*\bhost=(?:\\?'')?([^\s']+)/m.exec(text)?.[1] ?? null;
}

function memberJob(job: JobFacts, now: string): MemberJob | null {
  if (job.job === 'watch' || job.fromUnit === null) return null;
  const state = job.alive ? 'running' : job.finishedAt !== null && job.error === null ? 'done' : 'failed';
  const pause = Math.min(longestRetryPauseSeconds, retryPauseSeconds * 2 ** Math.max(0, job.attempts - 1));
  const since = secondsSince(job.finishedAt ?? job.startedAt, now);
  return {
    name: job.job,
    state,
    from: job.fromUnit,
    lineage: job.lineage ?? '',
    progress: progressText(job),
    error: job.error ?? (state === 'failed' ? 'it was killed' : null),
    attempts: job.attempts,
    retryInSeconds: state === 'failed' && job.finishedAt !== null ? Math.max(0, pause - since) : 0,
  };
}

function progressText({ bytesDone, bytesTotal }: JobFacts): string | null {
  if (bytesDone === null || bytesTotal === null || bytesTotal <= 0) return null;
  const percent = Math.min(100, Math.floor((bytesDone / bytesTotal) * 100));
  const mib = bytesTotal / 1024 / 1024;
  return `${percent}% of ${mib >= 1024 ? `${(mib / 1024).toFixed(1)} GiB` : `${Math.round(mib)} MiB`}`;
}

/** Seconds from `iso` to `now`, never less than 0; 0 for what is no time. */
export function secondsSince(iso: string | null, now: string): number {
  const seconds = iso === null ? Number.NaN : (Date.parse(now) - Date.parse(iso)) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : 0;
}
