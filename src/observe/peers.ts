/** The peer relation's share of an observation. */
import { decisionKey, decodeDecision } from '../cluster/bags/decision.ts';
import { type GoalState, ingressAddress } from '../juju/model.ts';
import { HookCommandError } from '../juju/tool.ts';
import { applicationOf, type EventFacts } from '../plan/event.ts';
import type { PeerFacts } from '../plan/observation.ts';
import { redactBag } from '../plan/redaction/bags.ts';
import type { Bag } from '../relations/relation-facts.ts';
import { passwordHash } from '../system/entropy.ts';
import type { RelationReader } from './relation-reader.ts';

export const peerEndpoint = 'replication';

/** The peer relation as this hook sees it; null before it exists. `known` is its id, which never changes, when it is remembered. */
export async function observePeer(
  event: EventFacts,
  goals: GoalState | null,
  known: string | null,
  reader: RelationReader,
  leaving: boolean,
): Promise<PeerFacts | null> {
  const id = known ?? (await reader.ids(peerEndpoint))[0];
  if (id === undefined) return null;
  const alone = goals !== null && Object.keys(goals.units).length <= 1 && event.remoteUnit === null;
  const [application, own, listed] = await Promise.all([
    reader.applicationBag(id, applicationOf(event.unit)),
    reader.unitBag(id, event.unit),
    alone ? [] : reader.list(id),
  ]);
  // A bag that reads as gone has no decision in it, and a leader would begin a cluster anew.
  if (application === null && !leaving)
    throw new HookCommandError('relation-get', null, `${id} cannot be read`);
  // Juju 4 goes on listing a unit that was removed by force; goal-state, which is never older, does not.
  const exists = (unit: string): boolean => goals === null || Object.hasOwn(goals.units, unit);
  const seen = isOnlyOutOfSight(event) ? [...new Set([...listed, event.remoteUnit ?? ''])] : listed;
  const units = seen.filter((unit) => unit !== event.departingUnit && exists(unit));
  const bags = await Promise.all(units.map((unit) => reader.unitBag(id, unit)));
  const committed = redactBag(application ?? {}, passwordHash);
  return {
    id,
    committed,
    application: committed,
    own,
    members: Object.fromEntries(units.map((unit, index) => [unit, bags[index] ?? {}])),
    departed: await departedBags(id, committed, [event.unit, ...units], reader),
    // An address that cannot be looked up now is the one published before.
    host: own['ingress-address'] ?? (await ingressAddress(peerEndpoint, id)) ?? own['host'] ?? null,
  };
}

/**
 * A leaving unit gets a -departed hook for each of its peers in turn, and is itself named as the one that goes. The peer of this hook can
 * still be read and stays in the cluster: it may be the one that takes over.
 */
function isOnlyOutOfSight({ hook, unit, departingUnit, remoteUnit }: EventFacts): boolean {
  return hook === `${peerEndpoint}-relation-departed` && departingUnit === unit && remoteUnit !== null;
}

/** Bags of units the decision names that are members no more: what they published last may decide who takes over. */
async function departedBags(
  id: string,
  committed: Bag,
  present: readonly string[],
  reader: RelationReader,
): Promise<Record<string, Bag>> {
  const { decision } = decodeDecision(committed[decisionKey]);
  const named = [decision?.primary, decision?.previous].flatMap((unit) => unit ?? []);
  const units = [...new Set(named)].filter((unit) => !present.includes(unit));
  const bags = await Promise.all(units.map((unit) => reader.unitBag(id, unit)));
  return Object.fromEntries(
    units
      .map((unit, index) => [unit, bags[index] ?? {}] as const)
      .filter(([, bag]) => Object.keys(bag).length > 0),
  );
}
