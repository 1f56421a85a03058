/** Restores a memory that is lost from what the unit has published: the peer bag has all of it that safety rests on. */
import { decodeMember } from '../../cluster/bags/member.ts';
import type { MemberFacts } from '../../cluster/member-facts.ts';
import type { ClusterMemory } from '../../cluster/view.ts';
import type { ServerFacts } from '../../server/server-facts.ts';
import { generationsIn } from '../clients/peer-notes.ts';
import type { Memory } from '../memory.ts';
import type { JujuFacts } from '../observation.ts';

type CopyOnServer = Pick<ServerFacts, 'state' | 'control' | 'job' | 'unknown'>;

/**
 * The memory, its part for the rules taken from this unit's own bag when it has seen nothing and the bag has. A promise noted and not yet published
 * was never acted on.
 */
export function recalled(memory: Memory, { peer }: Pick<JujuFacts, 'peer'>, server: CopyOnServer): Memory {
  if (peer === null || memory.cluster.seenEpoch > 0) return memory;
  const { facts } = decodeMember(memory.unit, peer.own);
  if (facts === null || facts.epoch === 0) return memory;
  return { ...memory, cluster: clusterMemory(facts, server), onServer: generationsIn(peer.own) };
}

function clusterMemory(facts: MemberFacts, server: CopyOnServer): ClusterMemory {
  const {
    epoch,
    refused,
    systemIdentifier,
    timeline,
    position,
    primaryPosition = null,
    lineage = null,
  } = facts;
  const isEnd = facts.role === 'standby' && timeline !== null && position !== null;
  return {
    seenEpoch: epoch,
    doneEpoch: epoch,
    refused: refused === null ? null : { epoch, why: refused },
    systemIdentifier,
    noted: isEnd ? { timeline, position, primaryPosition } : null,
    manualEpoch: facts.manual?.epoch ?? null,
    halfRewound: mayBeHalfRewound(server),
    lineage,
  };
}

/** Half rewound data is never started, and a rewind begins only after a clean stop. */
function mayBeHalfRewound({ state, control, job, unknown }: CopyOnServer): boolean {
  if (state !== 'down' || control?.state === 'in production') return false;
  if (unknown.copy !== undefined) return true;
  return job?.job === 'rewind' && (job.finishedAt === null || job.error !== null);
}
