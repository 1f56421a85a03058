import type { GoalUnits } from '../protocol/agent-methods.ts';
import { isPeer, ownEnd, remoteEnd } from './relations.ts';
import { type ModelState, relationsOf, timestamp, type Unit, unitsOf } from './state.ts';
import { applicationRecord } from './status-document.ts';

/** Answer of `goal-state`: the units there will be, and those at the other ends; one that is removed is `dying`. */
export function goalState(
  model: ModelState,
  unit: Unit,
): { units: GoalUnits; relations: Record<string, GoalUnits> } {
  const relations: Record<string, GoalUnits> = {};
  for (const relation of relationsOf(model, unit.application)) {
    const own = ownEnd(relation, unit.application);
    const remote = remoteEnd(relation, unit.application);
    if (own === undefined || remote === undefined) continue;
    const target = relations[own.name] ?? {};
    relations[own.name] = target;
    if (!isPeer(relation)) {
      const application = model.applications[remote.application];
      const since =
        application === undefined ? timestamp(model) : applicationRecord(model, application).since;
      target[remote.application] = { status: relation.life === 'alive' ? 'joined' : 'dying', since };
    }
    Object.assign(target, goalUnits(model, remote.application, isPeer(relation) ? unit.name : ''));
  }
  return { units: goalUnits(model, unit.application, ''), relations };
}

function goalUnits(model: ModelState, application: string, except: string): GoalUnits {
  return Object.fromEntries(
    unitsOf(model, application)
      .filter((unit) => unit.name !== except)
      .map((unit) => [
        unit.name,
        { status: unit.life === 'alive' ? unit.workload.status : 'dying', since: unit.workload.since },
      ]),
  );
}
