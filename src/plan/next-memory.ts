/** Memory after a round. */

import type { MemberOutcome } from '../cluster/member.ts';
import type { Decision } from '../cluster/member-facts.ts';
import { entryOf } from '../server/entry-of.ts';
import { rootSourceIn } from './credentials.ts';
import { secondsSince } from './elapsed.ts';
import { knownControllers } from './members/fence-view.ts';
import { lookKey, namedPrimary } from './members/peers.ts';
import { endedRewind } from './members/rewind-notice.ts';
import type { Memory } from './memory.ts';
import type { Observation } from './observation.ts';
import { losesData } from './server/storage.ts';

/** The memory to be on disk before the round's steps are taken. */
export function nextMemory(
  observation: Observation,
  member: MemberOutcome,
  decision: Decision | null,
): Memory {
  const { memory, credentials, juju } = observation;
  const { source } = credentials;
  const known = Object.entries(credentials.fingerprints).map(
    ([generation, fingerprint]) => [`${source} ${generation}`, fingerprint] as const,
  );
  return {
    ...memory,
    place: observation.server.unknown.marker === undefined ? observation.server.place : memory.place,
    volume: notedVolume(observation),
    storageLocation: juju.storageLocation,
    detaching: losesData(observation),
    volumeBytes: observation.machine.volumeBytes,
    cluster: member.memory,
    rewindLogged: endedRewind(observation)?.startedAt ?? memory.rewindLogged,
    fenceLogged: observation.server.fence?.stoppedAt ?? memory.fenceLogged,
    silent: silence(observation, decision),
    decisionSeen: decisionSeen(observation, decision),
    lookSeen: lookSeen(observation),
    // A root made in this hook may be rolled back; its fingerprint is remembered once it has been seen committed.
    fingerprints:
      juju.peer !== null && source === rootSourceIn(juju.peer.committed)
        ? Object.fromEntries(known)
        : memory.fingerprints,
    onServer: credentials.onServer,
    peerRelation: juju.peer?.id ?? memory.peerRelation,
    controllers: knownControllers(observation),
    // Another unit that leads now may show something else.
    applicationStatus: juju.leader ? memory.applicationStatus : null,
    shownVersion: juju.leader ? memory.shownVersion : '',
    serverVersion: observation.server.running?.version ?? memory.serverVersion,
  };
}

/** Place of the data; before there is any, of Juju's storage. */
function notedVolume({ memory: { volume }, server, machine }: Observation): Memory['volume'] {
  return server.volume ?? volume ?? machine.storageVolume ?? null;
}

/** A decision first seen in another boot counts as seen now: how long ago that was nobody knows. */
function decisionSeen(
  { memory: { decisionSeen: seen }, now }: Observation,
  decision: Decision | null,
): Memory['decisionSeen'] {
  if (decision === null) return seen;
  const isKnown = seen?.epoch === decision.epoch && secondsSince(seen.at, now) !== null;
  return isKnown ? seen : { epoch: decision.epoch, at: now };
}

function lookSeen({ memory: { lookSeen: seen }, juju, now }: Observation): Memory['lookSeen'] {
  const request = juju.peer?.committed[lookKey];
  if (request === undefined) return null;
  return seen?.request === request && secondsSince(seen.at, now) !== null ? seen : { request, at: now };
}

/** Silence of the decision's primary since a moment; one that was not tried stays as it was. */
function silence({ memory, answers, now }: Observation, decision: Decision | null): Memory['silent'] {
  const unit = namedPrimary(decision);
  const answer = unit === null ? undefined : entryOf(answers, unit);
  if (unit === null || answer === undefined) return memory.silent;
  if (answer) return null;
  const { silent } = memory;
  return silent?.unit === unit && secondsSince(silent.since, now) !== null ? silent : { unit, since: now };
}
