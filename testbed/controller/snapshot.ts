import type { RelationSnapshot, SecretsSnapshot, UnitSnapshot } from '../protocol/agent-methods.ts';
import { applicationOf, compareUnits } from '../protocol/names.ts';
import { agentVersion } from './charm-manifest.ts';
import { leaderOf } from './leases.ts';
import { modelConfig } from './model-config.ts';
import { isContainerScoped, isPeer, ownEnd, remoteEnd } from './relations.ts';
import { ownsSecret } from './secrets.ts';
import {
  type ModelState,
  nowMs,
  type Relation,
  relationsOf,
  requireApplication,
  type Secret,
  type Storage,
  type Unit,
} from './state.ts';
import { storageOf } from './storage.ts';
import { subordinatesOf } from './subordinates.ts';

/**
 * Everything one unit may react to, as of now; `cidr` is the network of its machine. Only the version is
 * left to the caller.
 */
export function unitSnapshot(model: ModelState, unit: Unit, cidr: string): Omit<UnitSnapshot, 'version'> {
  const application = requireApplication(model, unit.application);
  const machine = model.machines[unit.machine];
  const leader = leaderOf(model, unit.application);
  const storage = storageOf(model, unit.name);
  const { address = '', address6 = '', hostname = '' } = machine ?? {};
  return {
    unit: unit.name,
    life: unit.life,
    applicationLife: application.life,
    juju: model.juju,
    agentVersion: agentVersion(model.juju),
    model: { name: model.name, uuid: model.uuid, config: modelConfig(model) },
    machine: { id: unit.machine, address, address6, cidr, hostname },
    principal: unit.principal ?? '',
    subordinates: subordinatesOf(model, unit.name).map((each) => each.name),
    charm: {
      hash: application.charmHash,
      revision: application.charmRevision,
      forced: application.charmForced,
    },
    configHash: JSON.stringify([application.configVersion, application.trust, address, address6]),
    leader,
    leaderSettingsVersion: application.leaderSettingsVersion,
    relations: relationsOf(model, unit.application).flatMap((each) => relationSnapshot(model, unit, each)),
    storage: storage.map((each) => storageSnapshot(model, each)),
    tasks: Object.values(model.tasks)
      .filter((task) => task.unit === unit.name && task.completed === null)
      .map((task) => ({ id: task.id, kind: task.kind, cancelled: task.status === 'aborting' })),
    storageReady: storage.every((each) => each.status !== 'pending'),
    resolved: unit.resolved,
    secrets: secretsSnapshot(model, unit, leader === unit.name),
    holds: unit.faults.holds,
    repeats: unit.faults.repeats,
    killPoints: unit.faults.killPoints,
    failingCommands: unit.faults.failingCommands,
  };
}

function relationSnapshot(model: ModelState, unit: Unit, relation: Relation): RelationSnapshot[] {
  const end = ownEnd(relation, unit.application);
  const remote = remoteEnd(relation, unit.application);
  if (end === undefined || remote === undefined) return [];
  const container = isContainerScoped(relation);
  // A subordinate is in container relations with its own principal only.
  if (container && unit.principal !== null && remote.application !== applicationOf(unit.principal)) return [];
  const members = Object.keys(relation.scopes)
    .filter((name) => name !== unit.name && applicationOf(name) === remote.application)
    .filter((name) => relation.scopes[name]?.departing === false)
    .filter((name) => !container || sameHost(unit, name, model.units[name]))
    .sort(compareUnits);
  return [
    {
      id: relation.id,
      endpoint: end.name,
      peer: isPeer(relation),
      role: end.role,
      scope: container ? 'container' : 'global',
      life: relation.life,
      suspended: relation.suspended,
      remoteApp: remote.application,
      remoteModelUuid: model.remotes[remote.application]?.modelUuid ?? model.uuid,
      appVersion: relation.appBags[remote.application]?.version ?? 0,
      members: Object.fromEntries(members.map((name) => [name, relation.unitBags[name]?.version ?? 0])),
      inScope: relation.scopes[unit.name] !== undefined,
    },
  ];
}

function sameHost(unit: Unit, otherName: string, other: Unit | undefined): boolean {
  return unit.principal === otherName || other?.principal === unit.name;
}

function storageSnapshot(model: ModelState, storage: Storage): UnitSnapshot['storage'][number] {
  const charm = model.charms[model.applications[storage.application]?.charmHash ?? ''];
  return {
    id: storage.id,
    name: storage.name,
    kind: charm?.storage[storage.name]?.kind ?? 'filesystem',
    location: storage.location,
    life: storage.life,
    provisioned: storage.status === 'attached',
  };
}

function secretsSnapshot(model: ModelState, unit: Unit, leads: boolean): SecretsSnapshot {
  const result: SecretsSnapshot = { consumed: [], rotate: [], expired: [], obsolete: [] };
  const now = nowMs(model);
  for (const secret of Object.values(model.secrets)) {
    const uri = `secret:${secret.id}`;
    const consumer = secret.consumers[unit.name];
    const owns = ownsSecret(secret, unit);
    const cares = owns && (secret.owner.kind === 'unit' || leads);
    if (consumer !== undefined && !owns) {
      result.consumed.push({ uri, label: consumer.label, latest: secret.latest, tracked: consumer.revision });
    }
    if (!cares) continue;
    const label = secret.label;
    if (secret.nextRotateMs !== null && secret.nextRotateMs <= now) {
      result.rotate.push({ uri, label, mark: secret.rotations });
    }
    for (const revision of secret.revisions) {
      const number = revision.revision;
      if (revision.expiresAtMs !== null && revision.expiresAtMs <= now) {
        result.expired.push({ uri, label, revision: number });
      }
      if (number < secret.latest && !isRead(secret, number))
        result.obsolete.push({ uri, label, revision: number });
    }
  }
  return result;
}

/** True while a consumer is pinned to the revision. */
function isRead(secret: Secret, revision: number): boolean {
  return Object.values(secret.consumers).some((consumer) => consumer.revision === revision);
}
