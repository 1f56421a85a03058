/** Restores a memory that is lost from what the unit has published: the peer bag has all of it that safety rests on. */
import { decodeMember } from '../../cluster/bags/member.ts';
import type { MemberFacts } from '../../cluster/member-facts.ts';
import type { ClusterMemory } from '../../cluster/view.ts';
import type { CopyFacts } from '../../server/jobs.ts';
import { generationsIn } from '../clients/peer-notes.ts';
import type { Memory } from '../memory.ts';
import type { JujuFacts } from '../observation.ts';

/**
 * The memory, its part for the rules taken from this unit's own bag when it has seen nothing and the bag has. A promise noted and not yet published
 * was never acted on. `job` is the last copy.
 */
export function recalled(memory: Memory, { peer }: Pick<JujuFacts, 'peer'>, job: CopyFacts | null): Memory {
  if (peer === null || memory.cluster.seenEpoch > 0) return memory;
  const { facts } = decodeMember(memory.unit, peer.own);
  if (facts === null || facts.epoch === 0) return memory;
  return { ...memory, cluster: clusterMemory(facts, job), onServer: generationsIn(peer.own) };
}

function clusterMemory(facts: MemberFacts, job: CopyFacts | null): ClusterMemory {
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
    halfRewound: job?.job === 'rewind' && (job.finishedAt === null || job.error !== null),
    lineage,
  };
}
