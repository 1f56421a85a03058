/** Bounded execution: a decision is carried out in the first hooks that know of it, whatever else there is to do. */
import { type Decision, decisionKey, decodeDecision } from '../shipped.ts';
import type { Hook } from './hook-state.ts';
import { type Unit, violate, type World } from './world.ts';

/** Hooks that may pass until what a decision asks of a unit has been done or tried. */
const hooksAllowed = 2;

/** A pass has come to its end. */
export function checkProgress(world: World, unit: Unit, hook: Hook): void {
  const { decision } = decodeDecision(hook.begun.peer?.committed[decisionKey]);
  const overdue = decision === null ? null : overdueFor(world, unit, hook, decision);
  if (overdue === null || decision === null) {
    unit.overdue = null;
    return;
  }
  const count = unit.overdue?.what === overdue ? unit.overdue.hooks + 1 : 1;
  unit.overdue = { what: overdue, hooks: count };
  if (count > hooksAllowed) violate(world, `${unit.name} has had ${count} hooks and ${overdue}`);
}

/** What it should have done in this hook and has not. */
function overdueFor(world: World, unit: Unit, hook: Hook, decision: Decision): string | null {
  const { server, dying } = unit;
  const isManual = hook.begun.options['manual_replication'] === true || decision.epoch <= world.handEpoch;
  if (isManual || dying || decision.epoch < unit.kept.memory.cluster.seenEpoch) return null;
  const isNamed = decision.kind !== 'freeze' && decision.primary === unit.name;
  if (server.writable && !isNamed) return `still accepts writes under epoch ${decision.epoch}`;
  return null;
}
