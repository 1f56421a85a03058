/** Bounded execution: a decision is carried out in the first hooks that know of it, whatever else there is to do. */
import { type Decision, decisionKey, decodeDecision } from '../shipped.ts';
import type { Hook } from './hook-state.ts';
import { streamsFrom } from './streams.ts';
import { walText } from './wal.ts';
import { reaches, type Unit, unitNamed, violate, type World } from './world.ts';

/** Hooks that may pass until what a decision asks of a unit has been done. */
const hooksAllowed = 2;
/** A hook that takes longer leaves what begins writes to a fresh one. */
const quickSeconds = 10;
/** A target this close may take over. */
const closeBytes = 1_000_000;

/** A pass has come to its end. */
export function checkProgress(world: World, unit: Unit, hook: Hook): void {
  if (world.time - hook.beganTime > quickSeconds) return;
  const { decision } = decodeDecision(hook.begun.peer?.committed[decisionKey]);
  const overdue = decision === null ? null : overdueFor(world, unit, hook, decision);
  if (overdue === null) {
    unit.overdue = null;
    return;
  }
  const count = unit.overdue?.what === overdue ? unit.overdue.hooks + 1 : 1;
  unit.overdue = { what: overdue, hooks: count };
  if (count > hooksAllowed) violate(world, `${unit.name} has had ${count} hooks and ${overdue}`);
}

/** Names what it should have done in this hook and has not. */
function overdueFor(world: World, unit: Unit, hook: Hook, decision: Decision): string | null {
  const { server, dying } = unit;
  const isManual = hook.begun.options['manual_replication'] === true || decision.epoch <= world.handEpoch;
  if (isManual || dying || decision.epoch < unit.kept.memory.cluster.seenEpoch) return null;
  const isNamed = decision.kind !== 'freeze' && decision.primary === unit.name;
  if (server.writable && !isNamed) return `still accepts writes under epoch ${decision.epoch}`;
  if (!isNamed || !isSound(world, unit)) return null;
  if (decision.kind === 'handover') {
    return mustStop(world, unit, hook, decision) ? `has not stopped for epoch ${decision.epoch}` : null;
  }
  return mustPromote(unit, decision) ? `has not taken over under epoch ${decision.epoch}` : null;
}

/** Nothing is wrong with it that explains a delay. */
function isSound(world: World, unit: Unit): boolean {
  const { crowded, blind, noNotes, noProcesses } = unit.trouble;
  const isTroubled = [crowded, blind, noNotes, noProcesses].some((until) => until > world.time);
  return !isTroubled && unit.server.proc === 'running' && unit.kept.server.fence?.alive === true;
}

function mustPromote(
  { server, kept }: Unit,
  { epoch, requiredPosition, requiredTimeline }: Decision,
): boolean {
  const { data } = server;
  if (server.writable || data === null || kept.memory.cluster.refused?.epoch === epoch) return false;
  if (requiredPosition === null) return true;
  const isThere = requiredTimeline === data.branch.timeline && server.received;
  return isThere && bytesOf(walText(data.end)) > bytesOf(requiredPosition);
}

function mustStop(world: World, unit: Unit, { begun }: Hook, { target: name, epoch }: Decision): boolean {
  const target = unitNamed(world, name);
  if (!unit.server.writable || target === null || unit.kept.memory.cluster.refused?.epoch === epoch)
    return false;
  if (!streamsFrom(world, target, unit) || !reaches(unit, target) || target.dying) return false;
  const lagBytes = (unit.server.data?.end ?? 0) - (target.server.data?.end ?? 0);
  // Its bag as this hook has read it: what a standby without a fence says is heard a hook later.
  const isUnfenced = begun.peer?.members[target.name]?.['unfenced'] !== undefined;
  return lagBytes < closeBytes && !isUnfenced;
}

function bytesOf(position: string): number {
  const [high = '0', low = '0'] = position.split('/');
  return Number.parseInt(high, 16) * 2 ** 32 + Number.parseInt(low, 16);
}
