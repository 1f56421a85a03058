import type { CommitRequest, CommitResult } from '../protocol/agent-methods.ts';
import { changeBag, goneRelation } from './bags.ts';
import { leaderOf } from './leases.ts';
import { addressKeys, ownEnd } from './relations.ts';
import {
  createSecret,
  findSecret,
  grantSecret,
  removeSecret,
  revokeSecret,
  updateSecret,
} from './secrets.ts';
import { type ModelState, relationsOf, requireUnit, type Unit } from './state.ts';
import { checkCount, newStorage } from './storage.ts';

/**
 * All a hook wants changed, at its successful end. Throws when any part is refused: then nothing is changed,
 * except that up to Juju 3.6 secrets go first, one by one, and stay changed (juju#18737).
 */
export function commitHook(model: ModelState, unitName: string, request: CommitRequest): CommitResult {
  const unit = requireUnit(model, unitName);
  if (model.juju === '4.0') {
    const before = structuredClone(model.secrets);
    try {
      changeSecrets(model, unit, request);
      checkAll(model, unit, request);
    } catch (error) {
      model.secrets = before;
      throw error;
    }
  } else {
    changeSecrets(model, unit, request);
    checkAll(model, unit, request);
  }
  return applyAll(model, unit, request);
}

function refuseByFault(unit: Unit, hook: string | null): void {
  const fault = unit.faults.failCommits.find((each) => each.hook === null || each.hook === hook);
  if (fault === undefined) return;
  fault.count -= 1;
  unit.faults.failCommits = unit.faults.failCommits.filter(({ count }) => count > 0);
  throw new Error('cannot apply changes: commit refused by an injected fault');
}

function changeSecrets(model: ModelState, unit: Unit, request: CommitRequest): void {
  for (const change of request.secretCreates) createSecret(model, unit, change);
  for (const change of request.secretUpdates) updateSecret(model, unit, change);
  for (const grant of request.secretGrants) grantSecret(model, unit, grant);
  for (const revoke of request.secretRevokes) revokeSecret(model, unit, revoke);
  for (const remove of request.secretRemoves) {
    // A label may be gone already; removing twice is no error.
    if (secretExists(model, remove.uri)) removeSecret(model, unit, remove.uri, remove.revision);
  }
}

function secretExists(model: ModelState, uri: string): boolean {
  try {
    findSecret(model, uri);
    return true;
  } catch {
    return false;
  }
}

function checkAll(model: ModelState, unit: Unit, request: CommitRequest): void {
  refuseByFault(unit, request.hook?.name ?? null);
  for (const change of request.relations) {
    const relation = model.relations[change.relationId];
    if (relation === undefined || ownEnd(relation, unit.application) === undefined) throw goneRelation(model);
    if (Object.keys(change.app).length > 0 && leaderOf(model, unit.application) !== unit.name) {
      throw new Error(
        'cannot apply changes: checking leadership continuity: ' +
          `"${unit.name}" is not leader of "${unit.application}"`,
      );
    }
  }
  for (const [key, value] of Object.entries(request.state)) {
    if (Buffer.byteLength(key) > 256)
      throw new Error('cannot apply changes: max allowed key length (256) exceeded');
    if (value !== null && Buffer.byteLength(value) > 65_536) {
      throw new Error('cannot apply changes: max allowed value length (65536) exceeded');
    }
  }
  for (const change of request.ports) requireFreePorts(model, unit, change.range, change.open);
  for (const { name, count } of request.storageAdds) checkCount(model, unit, name, count);
}

function requireFreePorts(model: ModelState, unit: Unit, range: string, open: boolean): void {
  if (!open) return;
  for (const other of Object.values(model.units)) {
    if (other === unit || other.machine !== unit.machine) continue;
    const clash = other.ports.find((port) => overlap(port.range, range));
    if (clash !== undefined) {
      throw new Error(
        `cannot open ${range} on unit "${unit.name}": ` +
          `port range conflicts with ${clash.range} of "${other.name}"`,
      );
    }
  }
}

function overlap(a: string, b: string): boolean {
  const parse = (range: string): { from: number; to: number; protocol: string } => {
    const [ports = '', protocol = 'icmp'] = range.split('/');
    const [from = 0, to = from] = ports.split('-').map(Number);
    return { from, to, protocol };
  };
  const [one, other] = [parse(a), parse(b)];
  return one.protocol === other.protocol && one.from <= other.to && other.from <= one.to;
}

function applyAll(model: ModelState, unit: Unit, request: CommitRequest): CommitResult {
  const appVersions: Record<string, number> = {};
  for (const change of request.relations) {
    const relation = model.relations[change.relationId];
    const own = relation?.unitBags[unit.name];
    const app = relation?.appBags[unit.application];
    if (own !== undefined) changeBag(own, change.unit);
    if (app !== undefined && changeBag(app, change.app)) appVersions[String(change.relationId)] = app.version;
  }
  for (const change of request.ports) {
    unit.ports = unit.ports.filter((port) => port.range !== change.range);
    if (change.open) unit.ports.push({ range: change.range, endpoints: change.endpoints });
  }
  for (const [key, value] of Object.entries(request.state)) {
    if (value === null) delete unit.state[key];
    else unit.state[key] = value;
  }
  for (const { name, count } of request.storageAdds) {
    for (let made = 0; made < count; made += 1) newStorage(model, unit, name);
  }
  if (request.hook?.kind === 'config-changed') refreshAddresses(model, unit);
  return { appVersions };
}

/** A successful config-changed also brings the unit's addresses in its relations up to date. */
function refreshAddresses(model: ModelState, unit: Unit): void {
  const keys = addressKeys(model, unit);
  delete keys['private-address'];
  for (const relation of relationsOf(model, unit.application)) {
    const bag = relation.unitBags[unit.name];
    if (bag !== undefined) changeBag(bag, keys);
  }
}
