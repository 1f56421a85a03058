import type { AdminParams } from '../protocol/admin.ts';
import type { HookInfo, HookKind } from '../protocol/agent-methods.ts';
import type { AdminHandlers } from './admin-server.ts';
import { rebootMachine } from './agent-requests.ts';
import { serviceName } from './agent-service.ts';
import type { Core } from './core.ts';
import { revokeLease } from './leases.ts';
import { setStatus } from './machine-work.ts';
import { type Machine, type ModelState, nextNumber, requireApplication, requireUnit } from './state.ts';

/** Requests that make things go wrong, and those about machines. */
export function faultHandlers(core: Core) {
  return {
    'fault.holdEvents': ({ unit, filter }) => {
      new RegExp(filter);
      const id = newId(core.model());
      requireUnit(core.model(), unit).faults.holds.push({ id, filter });
      return { id };
    },
    'fault.releaseEvents': ({ unit, id }) => {
      const { faults } = requireUnit(core.model(), unit);
      faults.holds = faults.holds.filter((hold) => id !== undefined && hold.id !== id);
      return {};
    },
    'fault.repeatEvent': (params) => {
      const hook = repeatedHook(params);
      requireUnit(core.model(), params.unit).faults.repeats.push({
        id: nextNumber(core.model(), 'fault'),
        hook,
      });
      return {};
    },
    'fault.takeLeadership': ({ application, toUnit }) => {
      requireApplication(core.model(), application);
      revokeLease(core.model(), application, toUnit);
      return {};
    },
    'fault.failCommits': ({ unit, count, hook = null }) => {
      const { faults } = requireUnit(core.model(), unit);
      const others = faults.failCommits.filter((each) => each.hook !== hook);
      faults.failCommits = count > 0 ? [...others, { hook, count }] : others;
      return {};
    },
    'fault.failCommand': ({ unit, command, count, text }) => {
      requireUnit(core.model(), unit).faults.failingCommands.push({
        id: newId(core.model()),
        command,
        count,
        text,
      });
      return {};
    },
    'fault.killHookAt': ({ unit, ...point }) => {
      if (point.logLine !== undefined) new RegExp(point.logLine);
      const id = newId(core.model());
      requireUnit(core.model(), unit).faults.killPoints.push({ id, ...point });
      return { id };
    },
    'fault.clear': ({ unit }) => {
      Object.assign(requireUnit(core.model(), unit).faults, {
        killPoints: [],
        failingCommands: [],
        failCommits: [],
      });
      return {};
    },
    ...killHandlers(core),
    ...machineHandlers(core),
  } satisfies Partial<AdminHandlers>;
}

function killHandlers(core: Core) {
  return {
    'fault.killAgent': async ({ unit: name }) => {
      const unit = requireUnit(core.model(), name);
      await core.driver.killAgent(requireMachine(core, unit.machine), unit);
      return {};
    },
    'fault.killHook': ({ unit, signal }) => {
      if (requireUnit(core.model(), unit).agent.status !== 'executing')
        throw new Error(`unit "${unit}" runs no hook`);
      if (!core.links.push(unit, { push: 'kill-hook', signal: signal ?? 'SIGKILL' })) {
        throw new Error(`the agent of unit "${unit}" is not connected`);
      }
      return {};
    },
  } satisfies Partial<AdminHandlers>;
}

function newId(model: ModelState): string {
  return `f${nextNumber(model, 'fault')}`;
}

function repeatedHook(params: AdminParams<'fault.repeatEvent'>): HookInfo {
  const { hook: name, relationId, remoteUnit, remoteApp, storageId } = params;
  const prefixed =
    /(relation-(?:created|joined|changed|departed|broken)|storage-(?:attached|detaching))$/.exec(name);
  return {
    name,
    kind: (prefixed?.[1] ?? name) as HookKind,
    relationId: relationId ?? null,
    remoteUnit: remoteUnit ?? null,
    remoteApp: remoteApp ?? (remoteUnit === undefined ? null : remoteUnit.slice(0, remoteUnit.indexOf('/'))),
    departingUnit: name.endsWith('-relation-departed') ? (remoteUnit ?? null) : null,
    storageId: storageId ?? null,
    secretUri: null,
    secretLabel: null,
    secretRevision: null,
    version: null,
  };
}

function requireMachine(core: Core, id: string): Machine {
  const machine = core.model().machines[id];
  if (machine === undefined) throw new Error(`machine ${id} not found`);
  return machine;
}

/** A machine that is being made has no power yet: cutting it would leave a model that never hears where it is. */
function requireMade(core: Core, id: string): Machine {
  const machine = requireMachine(core, id);
  if (machine.status === 'pending')
    throw new Error(`machine ${id} is still being made; wait until it is started`);
  return machine;
}

function machineHandlers(core: Core) {
  return {
    'machine.kill': async ({ machine: id }) => {
      const machine = requireMade(core, id);
      setStatus(core.model(), machine, 'down');
      await core.driver.kill(machine);
      return {};
    },
    'machine.boot': async ({ machine: id }) => {
      const machine = requireMade(core, id);
      if (!(await core.driver.isRunning(machine))) await core.driver.boot(machine);
      setStatus(core.model(), machine, 'started');
      return {};
    },
    'machine.reboot': async ({ machine }) => {
      await rebootMachine(core, machine);
      return {};
    },
    'machine.of': ({ unit: name }) => {
      const unit = requireUnit(core.model(), name);
      const { id, address, base } = requireMachine(core, unit.machine);
      return { machine: id, address, base, agentService: serviceName(unit) };
    },
  } satisfies Partial<AdminHandlers>;
}
