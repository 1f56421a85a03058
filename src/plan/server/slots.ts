/** Replication slots of this unit's server. */
import { planSlots } from '../../cluster/kept-slots.ts';
import type { ServerStep } from '../../server/server-steps.ts';
import type { Situation } from '../situation.ts';

/** One slot for each other member. */
export function planMemberSlots({ observation, view }: Situation): ServerStep[] {
  const { running } = observation.server;
  if (running === null) return [];
  const others = view.others.filter(({ dying }) => !dying).map(({ unit }) => unit);
  const { create, drop } = planSlots(view.unit, others, running.slots, running.inRecovery);
  return [
    ...drop.map((name): ServerStep => ({ kind: 'slot.drop', name })),
    ...create.map((name): ServerStep => ({ kind: 'slot.create', name })),
  ];
}
