/** View of the members' rules, made from an observation. */
import { decodeMember } from '../../cluster/bags/member.ts';
import type { Decision } from '../../cluster/member-facts.ts';
import { ownServer } from '../../cluster/own-server.ts';
import type { Member, MemberView } from '../../cluster/view.ts';
import { entryOf } from '../../server/entry-of.ts';
import { managedPaths } from '../../server/place.ts';
import type { ServerFacts } from '../../server/server-facts.ts';
import { majorTraits } from '../../server/versions.ts';
import { secondsSince } from '../elapsed.ts';
import type { Observation } from '../observation.ts';
import { losesData } from '../server/storage.ts';
import { fenceView } from './fence-view.ts';
import { memberJob } from './job.ts';
import { lookKey, type Peers } from './peers.ts';

/** Hooks after which no later one of a leaving unit can be relied on. */
const lastHooks = ['stop', 'remove', 'pgdata-storage-detaching'];

/** The member's view. */
export function memberView(observation: Observation, peers: Peers, manual: boolean): MemberView {
  const { event, juju, memory, server } = observation;
  const place = server.place;
  const traits = place === null ? null : majorTraits(place.major);
  return {
    unit: event.unit,
    host: juju.peer?.host ?? '',
    port: place?.port ?? 5432,
    version: serverVersion(observation),
    dying: juju.leaving,
    booted: event.hook === 'start',
    volumeGoes: losesData(observation),
    lastChance: juju.leaving && lastHooks.includes(event.hook),
    decision: peers.decision,
    heldSeconds: heldSeconds(observation, peers.decision),
    memory: memory.cluster,
    others: tried(peers, observation),
    own: ownServer(server, followedHost(server), memory.cluster.systemIdentifier),
    published: decodeMember(event.unit, juju.peer?.own ?? {}).facts,
    job: server.job === null ? null : memberJob(server.job, observation.now),
    jobUnknown: server.unknown.copy ?? null,
    canRewind: traits?.rewindRestoresWal === true && server.control !== null,
    fence: fenceView(observation, peers.others.length > 0, manual),
    look: juju.peer?.committed[lookKey] ?? null,
    manual,
  };
}

/** The other members, with what trials of their ports found. */
export function tried({ others }: Peers, { answers }: Pick<Observation, 'answers'>): Member[] {
  return others.map((member) => ({ ...member, answers: entryOf(answers, member.unit) ?? null }));
}

/** Seconds since this unit first knew the decision, in this boot of its machine. */
export function heldSeconds(
  { memory: { decisionSeen }, now }: Pick<Observation, 'memory' | 'now'>,
  decision: Decision | null,
): number {
  if (decision === null || decisionSeen?.epoch !== decision.epoch) return 0;
  return secondsSince(decisionSeen.at, now) ?? 0;
}

/** The server's version as far as it is known: running, else as it last ran, else the major that is installed. */
export function serverVersion({ server, memory }: Pick<Observation, 'server' | 'memory'>): string | null {
  if (server.running !== null) return server.running.version;
  const major = server.place?.major ?? server.installedMajor;
  if (major === null) return null;
  return memory.serverVersion.startsWith(`${major}.`) ? memory.serverVersion : String(major);
}

/** The host that the recovery settings on disk follow. */
function followedHost({ place, files }: ServerFacts): string | null {
  const traits = place === null ? null : majorTraits(place.major);
  if (place === null || traits === null) return null;
  const text = entryOf(files, managedPaths(place, traits.recoveryIn).recovery) ?? '';
  return /^primary_conninfo\s*=.*\bhost=(?:\\?'')?([^\s']+)/m.exec(text)?.[1] ?? null;
}
