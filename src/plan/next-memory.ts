/** Memory after a round. */

import type { MemberOutcome } from '../cluster/member.ts';
import type { Decision } from '../cluster/member-facts.ts';
import { rootSourceIn } from './credentials.ts';
import { namedPrimary } from './members/peers.ts';
import { endedRewind } from './members/rewind-notice.ts';
import type { Memory } from './memory.ts';
import type { Observation } from './observation.ts';

/** The memory to be on disk before the round's steps are taken. */
export function nextMemory(
  observation: Observation,
  member: MemberOutcome,
  decision: Decision | null,
): Memory {
  const { memory, credentials, juju, now, checked } = observation;
  const { source } = credentials;
  const known = Object.entries(credentials.fingerprints).map(
    ([generation, fingerprint]) => [`${source} ${generation}`, fingerprint] as const,
  );
  const seen = memory.decisionSeen;
  return {
    ...memory,
    cluster: member.memory,
    rewindLogged: endedRewind(observation)?.startedAt ?? memory.rewindLogged,
    fenceLogged: observation.server.fence?.stoppedAt ?? memory.fenceLogged,
    silent: silence(observation, decision),
    decisionSeen:
      decision === null || seen?.epoch === decision.epoch ? seen : { epoch: decision.epoch, at: now },
    // A root made in this hook may be rolled back; its fingerprint is remembered once it has been seen committed.
    fingerprints:
      juju.peer !== null && source === rootSourceIn(juju.peer.committed)
        ? Object.fromEntries(known)
        : memory.fingerprints,
    onServer: credentials.onServer,
    checked: checked ?? memory.checked,
    peerRelation: juju.peer?.id ?? memory.peerRelation,
  };
}

/** Since when the decision's primary has not answered; what was not tried stays as it was. */
function silence({ memory, answers, now }: Observation, decision: Decision | null): Memory['silent'] {
  const unit = namedPrimary(decision);
  const answer = unit === null ? undefined : answers[unit];
  if (unit === null || answer === undefined) return memory.silent;
  if (answer) return null;
  return memory.silent?.unit === unit ? memory.silent : { unit, since: now };
}
