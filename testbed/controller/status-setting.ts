import { type Application, type ModelState, type StatusRecord, timestamp, type Unit } from './state.ts';

const keptEntries = 200;

/** A unit's own status: `workload` is the charm's, `agent` what its agent is doing. */
export function setUnitStatus(
  model: ModelState,
  unit: Unit,
  which: 'workload' | 'agent',
  status: string,
  message: string,
  data?: Record<string, unknown>,
): void {
  const before = unit[which];
  if (before.status === status && before.message === message) return;
  unit[which] = record(model, status, message, data);
  const kind = which === 'workload' ? 'workload' : 'juju-unit';
  unit.statusLog.push({ at: timestamp(model), kind, status, message });
  if (unit.statusLog.length > keptEntries) unit.statusLog.splice(0, unit.statusLog.length - keptEntries);
}

export function setApplicationStatus(
  model: ModelState,
  application: Application,
  status: string,
  message: string,
): void {
  application.status = record(model, status, message);
}

function record(
  model: ModelState,
  status: string,
  message: string,
  data?: Record<string, unknown>,
): StatusRecord {
  return { status, message, since: timestamp(model), ...(data === undefined ? {} : { data }) };
}
