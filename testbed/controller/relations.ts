import { randomUUID } from 'node:crypto';
import { applicationOf } from '../protocol/names.ts';
import { endKey, endsOf, inferEndpoints } from './endpoints.ts';
import {
  type Application,
  charmOf,
  type ModelState,
  nextNumber,
  type Relation,
  type RelationEnd,
  relationsOf,
  requireApplication,
  requireRelation,
  type Unit,
} from './state.ts';
import { addSubordinate } from './subordinates.ts';

/** The unit's own end of a relation; undefined when its application is not part of it. */
export function ownEnd(relation: Relation, application: string): RelationEnd | undefined {
  return relation.ends.find((end) => end.application === application);
}

/** The other end; for a peer relation the same one. */
export function remoteEnd(relation: Relation, application: string): RelationEnd | undefined {
  return isPeer(relation) ? relation.ends[0] : relation.ends.find((end) => end.application !== application);
}

export function isPeer(relation: Relation): boolean {
  return relation.ends.length === 1;
}

export function isContainerScoped(relation: Relation): boolean {
  return relation.ends.some((end) => end.scope === 'container');
}

function newRelation(model: ModelState, ends: RelationEnd[]): Relation {
  const id = nextNumber(model, 'relation');
  const relation: Relation = {
    id,
    ends,
    life: 'alive',
    suspended: false,
    scopes: {},
    unitBags: {},
    appBags: Object.fromEntries(ends.map((end) => [end.application, { version: 0, settings: {} }])),
    cross: crossing(model, ends),
  };
  model.relations[id] = relation;
  return relation;
}

/** Relation whose other end is an application of another model; null for any other. */
function crossing(model: ModelState, ends: RelationEnd[]): Relation['cross'] {
  const offered = ends.find((end) => model.remotes[end.application] !== undefined);
  const own = ends.find((end) => end !== offered);
  const remote = model.remotes[offered?.application ?? ''];
  if (offered === undefined || own === undefined || remote === undefined) return null;
  const { application: _application, ...consumingEndpoint } = own;
  const { otherModel, offer } = remote;
  const token = randomUUID().replaceAll('-', '');
  return { token, otherModel, offer, offeredEndpoint: offered.name, consumingEndpoint };
}

/**
 * The relations an application has with itself; `only`: those of these endpoints (new ones after a refresh).
 */
export function addPeerRelations(model: ModelState, application: Application, only?: string[]): void {
  for (const end of endsOf(model, application)) {
    if (end.role === 'peer' && (only === undefined || only.includes(end.name))) newRelation(model, [end]);
  }
}

/** Relates two sides, `app` or `app:endpoint`. */
export function integrate(model: ModelState, a: string, b: string): Relation {
  const ends = inferEndpoints(model, a, b);
  const keys = ends.map(endKey).sort();
  for (const existing of Object.values(model.relations)) {
    if (existing.ends.map(endKey).sort().join(' ') === keys.join(' ')) {
      throw new Error(`cannot add relation "${keys.join(' ')}": relation ${keys.join(' ')} already exists`);
    }
  }
  for (const end of ends) {
    const taken = relationsOf(model, end.application).filter(
      (each) => ownEnd(each, end.application)?.name === end.name,
    );
    if (end.limit !== null && taken.length >= end.limit) {
      throw new Error(
        `establishing a new relation for ${endKey(end)} ` +
          `would exceed its maximum relation limit of ${end.limit}`,
      );
    }
    const local = model.remotes[end.application] === undefined;
    if (local && requireApplication(model, end.application).life !== 'alive') {
      throw new Error(`cannot add relation: application "${end.application}" is not alive`);
    }
  }
  return newRelation(model, ends);
}

/** Finds a relation by its two sides as an operator names them. */
export function findRelation(model: ModelState, a: string, b: string): Relation {
  const matches = (end: RelationEnd | undefined, side: string): boolean =>
    end !== undefined && (side.includes(':') ? endKey(end) === side : end.application === side);
  const found = Object.values(model.relations).filter(
    ({ ends: [one, other] }) =>
      other !== undefined &&
      ((matches(one, a) && matches(other, b)) || (matches(one, b) && matches(other, a))),
  );
  const [first, second] = found;
  if (first === undefined) throw new Error(`relation "${a} ${b}" not found`);
  if (second !== undefined) {
    const keys = found.map((each) => `"${each.ends.map(endKey).join(' ')}"`);
    throw new Error(`ambiguous relation: "${a} ${b}" could refer to ${keys.join('; ')}`);
  }
  return first;
}

/** Lets a relation die; it goes when its last unit has left it. */
export function removeRelation(model: ModelState, relation: Relation, force: boolean): void {
  if (isPeer(relation))
    throw new Error(`cannot destroy relation "${relation.ends.map(endKey).join(' ')}": is a peer relation`);
  relation.life = 'dying';
  if (isContainerScoped(relation)) endSubordinates(model, relation);
  if (force) relation.scopes = {};
  dropIfEmpty(model, relation);
}

function endSubordinates(model: ModelState, relation: Relation): void {
  for (const unit of Object.values(model.units)) {
    if (unit.principal === null || ownEnd(relation, unit.application) === undefined) continue;
    if (ownEnd(relation, applicationOf(unit.principal)) === undefined) continue;
    const others = relationsOf(model, unit.application).filter(
      (each) =>
        each.life === 'alive' &&
        isContainerScoped(each) &&
        ownEnd(each, applicationOf(unit.principal as string)) !== undefined,
    );
    if (others.length === 0 && unit.life === 'alive') unit.life = 'dying';
  }
}

/** The unit comes into the relation: others may see it, with the keys Juju writes itself. */
export function enterScope(model: ModelState, relationId: number, unit: Unit): void {
  const relation = requireRelation(model, relationId);
  if (relation.scopes[unit.name] !== undefined) return;
  if (relation.life !== 'alive') throw new Error('cannot enter scope yet: relation is not alive');
  relation.scopes[unit.name] = { departing: false };
  relation.unitBags[unit.name] ??= { version: 1, settings: addressKeys(model, unit) };
  if (
    isContainerScoped(relation) &&
    !charmOf(model, requireApplication(model, unit.application)).subordinate
  ) {
    const end = remoteEnd(relation, unit.application);
    if (end !== undefined) addSubordinate(model, end.application, unit);
  }
}

/** `ingress-address` and its kin as of now. */
export function addressKeys(model: ModelState, unit: Unit): Record<string, string> {
  const address = model.machines[unit.machine]?.address ?? '';
  const egress = String(model.config['egress-subnets'] ?? '') || `${address}/32`;
  const keys: Record<string, string> = { 'egress-subnets': egress, 'ingress-address': address };
  return model.juju === '4.0' ? keys : { ...keys, 'private-address': address };
}

/** The unit is done with the relation. Its bag stays until the relation itself is gone. */
export function leaveScope(model: ModelState, relationId: number, unit: string): void {
  const relation = model.relations[relationId];
  if (relation?.scopes[unit] === undefined) return;
  // Juju 4.0 forgets to tell the peers of a unit that leaves (juju#23326).
  if (isPeer(relation) && model.juju === '4.0') return;
  delete relation.scopes[unit];
  dropIfEmpty(model, relation);
}

/** The controller's own note that a unit is about to leave, given as soon as it is dying. */
export function markDeparting(model: ModelState, unit: Unit): void {
  for (const relation of relationsOf(model, unit.application)) {
    const scope = relation.scopes[unit.name];
    if (scope !== undefined && !(isPeer(relation) && model.juju === '4.0')) scope.departing = true;
  }
}

/** Deletes a dying relation that no unit of this model is in any more. */
export function dropIfEmpty(model: ModelState, relation: Relation): void {
  const local = Object.keys(relation.scopes).filter(
    (unit) => model.remotes[applicationOf(unit)] === undefined,
  );
  if (relation.life === 'alive' || local.length > 0) return;
  deleteRelation(model, relation);
}

/** Forgets a relation and every grant that was bound to it. */
export function deleteRelation(model: ModelState, relation: Relation): void {
  delete model.relations[relation.id];
  if (relation.cross !== null) {
    model.farewells[relation.cross.token] = relation.cross.otherModel;
    for (const end of relation.ends)
      if (model.remotes[end.application]?.consumed === false) delete model.remotes[end.application];
  }
  for (const secret of Object.values(model.secrets)) {
    secret.grants = secret.grants.filter((grant) => grant.relationId !== relation.id);
  }
}
