import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { AgentMethod, AgentMethods } from '../protocol/agent-methods.ts';
import { unitTag } from '../protocol/names.ts';
import { effectiveConfig } from './applications.ts';
import { readBag } from './bags.ts';
import { commitHook } from './commit.ts';
import type { Core } from './core.ts';
import { goalState } from './goal-state.ts';
import { claimLease, leaderOf } from './leases.ts';
import { appendHistory, appendLog } from './records.ts';
import { enterScope, leaveScope } from './relations.ts';
import { dropFinishedApplications, unitDied } from './removal.ts';
import { findSecret, newSecretId, nextRotation, ownsSecret, readSecret, secretMetadata } from './secrets.ts';
import {
  charmOf,
  type ModelState,
  nowMs,
  requireApplication,
  timestamp,
  type Unit,
  unitsOf,
} from './state.ts';
import { applicationRecord } from './status-document.ts';
import { setApplicationStatus, setUnitStatus } from './status-setting.ts';
import { requireStorage } from './storage.ts';
import { beginTask, finishTask, requireTask } from './tasks.ts';

type Handler<M extends AgentMethod> = (
  unit: Unit,
  params: AgentMethods[M][0],
) => AgentMethods[M][1] | Promise<AgentMethods[M][1]>;
export type AgentHandlers = { [M in Exclude<AgentMethod, 'hello'>]: Handler<M> };

/** Controller's answers to a unit's agent, by method. Handlers throw with the text the agent passes on. */
export function agentHandlers(core: Core): AgentHandlers {
  return { ...hookHandlers(core), ...statusHandlers(core), ...secretHandlers(core), ...lifeHandlers(core) };
}

function hookHandlers(core: Core) {
  return {
    'scope.enter': (unit, { relationId }) => {
      enterScope(core.model(), relationId, unit);
      core.changed();
      return {};
    },
    'scope.leave': (unit, { relationId }) => {
      leaveScope(core.model(), relationId, unit.name);
      dropFinishedApplications(core.model());
      core.changed();
      return {};
    },
    'hook.facts': (unit) => hookFacts(core.model(), unit),
    'bag.read': (unit, { relationId, of }) => ({ settings: readBag(core.model(), unit, relationId, of) }),
    commit: (unit, request) => {
      try {
        return commitHook(core.model(), unit.name, request);
      } finally {
        core.changed();
      }
    },
    'leader.get': (unit) => ({ settings: requireApplication(core.model(), unit.application).leaderSettings }),
    'leader.set': (unit, { settings }) => {
      const application = requireApplication(core.model(), unit.application);
      if (leaderOf(core.model(), unit.application) !== unit.name) {
        throw new Error('cannot write settings: not the leader');
      }
      for (const [key, value] of Object.entries(settings)) {
        if (value === null || value === '') delete application.leaderSettings[key];
        else application.leaderSettings[key] = value;
      }
      application.leaderSettingsVersion += 1;
      core.changed();
      return {};
    },
    'goal-state': (unit) => goalState(core.model(), unit),
    'resource.get': (unit, { name }) => {
      const application = requireApplication(core.model(), unit.application);
      const declared = charmOf(core.model(), application).resources[name];
      const path = application.resources[name];
      if (declared === undefined || path === undefined) throw new Error(`resource "${name}" not found`);
      const fileName = declared.fileName || basename(path);
      return { path, fileName, content: readFileSync(path).toString('base64') };
    },
    'credential.get': (unit) => {
      if (!requireApplication(core.model(), unit.application).trust) throw new Error('permission denied');
      return { spec: { type: 'localhost', name: 'testbed', credential: { 'auth-type': 'empty' } } };
    },
  } satisfies Partial<AgentHandlers>;
}

function hookFacts(model: ModelState, unit: Unit): AgentMethods['hook.facts'][1] {
  const application = requireApplication(model, unit.application);
  const charm = charmOf(model, application);
  return {
    config: effectiveConfig(charm, application),
    openPorts: unit.ports.map((port) => ({ ...port })),
    state: { ...unit.state },
    bindings: [...Object.keys(charm.endpoints), ...charm.extraBindings, 'juju-info'],
    storageNames: Object.keys(charm.storage),
    nowMs: nowMs(model),
  };
}

function statusHandlers(core: Core) {
  return {
    'status.set': (unit, { application, status, message }) => {
      const model = core.model();
      if (application) {
        if (leaderOf(model, unit.application) !== unit.name) throw new Error('this unit is not the leader');
        setApplicationStatus(model, requireApplication(model, unit.application), status, message);
      } else setUnitStatus(model, unit, 'workload', status, message);
      core.changed();
      return {};
    },
    'status.get': (unit, { application }) => {
      const model = core.model();
      if (!application) return { own: unit.workload, units: {} };
      if (leaderOf(model, unit.application) !== unit.name) throw new Error('this unit is not the leader');
      const own = applicationRecord(model, requireApplication(model, unit.application));
      const units = Object.fromEntries(
        unitsOf(model, unit.application).map((each) => [each.name, each.workload]),
      );
      return { own, units };
    },
    'agent-status.set': (unit, { status, message, data }) => {
      core.links.noteIdle(unit.name, -1);
      setUnitStatus(core.model(), unit, 'agent', status, message, data);
      core.changed();
      return {};
    },
    'version.set': (unit, { version }) => {
      requireApplication(core.model(), unit.application).workloadVersion = version;
      core.changed();
      return {};
    },
    log: (unit, { lines }) => {
      appendLog(
        core.paths,
        lines.map((line) => ({ ...line, entity: unitTag(unit.name) })),
      );
      return {};
    },
    'hook.record': (unit, record) => {
      appendHistory(core.paths, unit.name, record);
      return {};
    },
  } satisfies Partial<AgentHandlers>;
}

function secretHandlers(core: Core) {
  const owned = (unit: Unit) =>
    Object.values(core.model().secrets).filter((secret) => ownsSecret(secret, unit));
  return {
    'secret.reserve': () => ({ uri: `secret:${newSecretId()}` }),
    'secret.get': (unit, query) => {
      const found = readSecret(core.model(), unit, query);
      core.changed();
      return found;
    },
    'secret.info': (unit, { uri, label }) => {
      const secret =
        uri === null ? owned(unit).find((each) => each.label === label) : findSecret(core.model(), uri);
      if (secret === undefined || !ownsSecret(secret, unit)) {
        throw new Error(`secret "${uri ?? label ?? ''}" not found`);
      }
      return secretMetadata(secret);
    },
    'secret.owned': (unit) => {
      const leads = leaderOf(core.model(), unit.application) === unit.name;
      const visible = owned(unit).filter((secret) => secret.owner.kind === 'unit' || leads);
      return { secrets: visible.map(secretMetadata) };
    },
    'secret.told': (_unit, { uri }) => {
      const secret = findSecret(core.model(), uri);
      secret.rotations += 1;
      secret.nextRotateMs = nextRotation(core.model(), secret.rotate);
      core.changed();
      return {};
    },
  } satisfies Partial<AgentHandlers>;
}

function lifeHandlers(core: Core) {
  return {
    ping: () => ({}),
    'lease.claim': (unit) => {
      const before = leaderOf(core.model(), unit.application);
      const leader = claimLease(core.model(), unit);
      core.links.noteClaim(unit.name);
      if (leader && before !== unit.name) core.changed();
      return { leader };
    },
    'task.begin': (_unit, { id }) => {
      const start = beginTask(core.model(), id);
      core.changed();
      return start;
    },
    'task.log': (_unit, { id, message }) => {
      requireTask(core.model(), id).log.push({ at: timestamp(core.model()), message });
      core.changed();
      return {};
    },
    'task.finish': (_unit, end) => {
      finishTask(core.model(), end);
      core.changed();
      return {};
    },
    'storage.detached': (unit, { id }) => {
      const storage = requireStorage(core.model(), id);
      if (storage.unit === unit.name) storage.status = 'detaching';
      core.changed();
      return {};
    },
    'unit.dead': (unit) => {
      unitDied(core.model(), unit.name);
      core.changed();
      return {};
    },
    'machine.reboot': (unit) => {
      void rebootMachine(core, unit.machine);
      return {};
    },
    idle: (unit, { version }) => {
      core.links.noteIdle(unit.name, version);
      setUnitStatus(core.model(), unit, 'agent', 'idle', '');
      core.changed();
      return {};
    },
    'fault.used': (unit, { id }) => {
      dropUsedFault(unit, id);
      core.changed();
      return {};
    },
  } satisfies Partial<AgentHandlers>;
}

function dropUsedFault(unit: Unit, id: string): void {
  const { faults } = unit;
  faults.killPoints = faults.killPoints.filter((each) => each.id !== id);
  faults.failingCommands = faults.failingCommands.filter((each) => each.id !== id);
  faults.repeats = faults.repeats.filter((each) => String(each.id) !== id);
}

/** Shuts a machine down and boots it again. */
export async function rebootMachine(core: Core, id: string): Promise<void> {
  const machine = core.model().machines[id];
  if (machine === undefined) throw new Error(`machine ${id} not found`);
  await core.driver.shutDown(machine);
  await core.driver.boot(machine);
}
