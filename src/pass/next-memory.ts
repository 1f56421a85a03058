/** What has to be remembered of a round. */
import type { Decision } from '../cluster/facts.ts';
import type { MemberOutcome } from '../cluster/member.ts';
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
    cluster: {
      ...member.memory,
      refused: member.memory.refused === null ? null : { ...member.memory.refused },
      noted: member.memory.noted === null ? null : { ...member.memory.noted },
    },
    decisionSeen:
      decision === null || seen?.epoch === decision.epoch ? seen : { epoch: decision.epoch, at: now },
    // A root made in this hook may be rolled back; its fingerprint is remembered once it has been seen committed.
    fingerprints:
      juju.peer !== null && source === sourceIn(juju.peer.committed)
        ? Object.fromEntries(known)
        : memory.fingerprints,
    checked: checked === null ? memory.checked : { lines: checked.lines, problems: [...checked.problems] },
    peerRelation: juju.peer?.id ?? memory.peerRelation,
  };
}

function sourceIn(bag: Readonly<Record<string, string>>): string | null {
  return bag['credentials'] ?? (bag['credentials-root'] === undefined ? null : 'bag');
}
