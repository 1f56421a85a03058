/** Whether other members' servers answer on their ports. Tried only when that decides something. */

import { decisionKey, decodeDecision } from '../cluster/bags/decision.ts';
import { decodeMember } from '../cluster/bags/member.ts';
import { hasStoppedForGood } from '../cluster/election.ts';
import type { EventFacts } from '../pass/event.ts';
import type { JujuFacts } from '../plan/observation.ts';
import { answersOn } from '../system/answering.ts';

const limitMs = 3_000;

/**
 * Tries the port of the primary when it is leaving or gone, of every member for the action failover, and of the target when this unit hands
 * over. Unit → answer. A machine without power takes the whole time limit, so it is tried once a hook, and not under a freeze, where
 * nothing depends on it.
 */
export async function observeAnswers(juju: JujuFacts, event: EventFacts): Promise<Record<string, boolean>> {
  const { peer } = juju;
  if (peer === null) return {};
  const { decision } = decodeDecision(peer.committed[decisionKey]);
  const named = decision?.primary ?? null;
  const present = named !== null && named in peer.members && !juju.dying.includes(named);
  const asked = event.action === 'failover' ? Object.keys(peer.members) : [];
  if (named !== null && named !== event.unit && !present) asked.push(named);
  const target = decision?.kind === 'handover' && named === event.unit ? decision.target : null;
  const tried = [...(juju.leader ? asked : []), ...(target === null ? [] : [target])];
  const answers = await Promise.all(
    [...new Set(tried)].map(async (unit) => {
      const { facts } = decodeMember(unit, peer.members[unit] ?? peer.departed[unit] ?? {});
      // Who has said that it stopped for good need not be tried, and its machine may be gone by now.
      if (facts === null || facts.host === '' || hasStoppedForGood(facts)) return [];
      return [[unit, await answersOn(facts.host, facts.port, limitMs)] as const];
    }),
  );
  return Object.fromEntries(answers.flat());
}
