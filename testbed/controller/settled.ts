import type { Settled } from '../protocol/admin.ts';
import type { Core } from './core.ts';
import { leaderOf } from './leases.ts';
import type { Unit } from './state.ts';

/** Settled when nothing is under way and every agent has acted on the newest it was told. `except`: units left out. */
export function settledState(core: Core, except: string[]): Settled {
  const model = core.model();
  const waitingFor: string[] = [];
  for (const machine of Object.values(model.machines)) {
    if (machine.status === 'pending')
      waitingFor.push(`machine ${machine.id} to be made and booted ${machine.message}`);
    if (machine.status === 'stopping') waitingFor.push(`machine ${machine.id} to be removed`);
  }
  const watched = Object.values(model.units).filter(
    (unit) => !except.includes(unit.name) && model.machines[unit.machine]?.status !== 'down',
  );
  for (const unit of watched) {
    const reason = unitReason(core, unit);
    if (reason !== null) waitingFor.push(`${unit.name}: ${reason}`);
  }
  for (const application of Object.values(model.applications)) {
    if (application.life !== 'alive') waitingFor.push(`application ${application.name} to be gone`);
    const candidates = watched.filter(
      (unit) => unit.application === application.name && unit.life === 'alive',
    );
    if (candidates.length > 0 && leaderOf(model, application.name) === null) {
      waitingFor.push(`application ${application.name} to have a leader`);
    }
  }
  for (const relation of Object.values(model.relations)) {
    if (relation.life !== 'alive') waitingFor.push(`relation ${relation.id} to be gone`);
  }
  for (const storage of Object.values(model.storage)) {
    const busy = storage.status === 'pending' || storage.status === 'detaching';
    if (busy && watched.some((unit) => unit.name === storage.unit)) {
      waitingFor.push(`storage ${storage.id}, which is ${storage.status}`);
    }
  }
  return { settled: waitingFor.length === 0, waitingFor };
}

function unitReason(core: Core, unit: Unit): string | null {
  const model = core.model();
  const { status, message } = unit.agent;
  if (status === 'error') return `in error: ${message}`;
  if (!core.links.isConnected(unit.name)) return 'its agent is not connected';
  if (unit.life !== 'alive') return `being removed (${status} ${message})`;
  if (!core.links.isIdle(unit.name)) return `busy (${status} ${message})`;
  const task = Object.values(model.tasks).find((each) => each.unit === unit.name && each.completed === null);
  return task === undefined ? null : `task ${task.id} (${task.action}) is ${task.status}`;
}
