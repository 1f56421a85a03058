import type { RelationBags } from '../protocol/admin.ts';
import type { BagContent } from '../protocol/agent-methods.ts';
import { leaderOf } from './leases.ts';
import { isPeer, ownEnd } from './relations.ts';
import type { Bag, ModelState, Relation, Unit } from './state.ts';

/** The one text for a relation a unit may no longer ask about; it differs between versions. */
export function goneRelation(model: ModelState): Error {
  return new Error(model.juju === '4.0' ? 'relation not found' : 'permission denied');
}

/**
 * Content that a unit reads from a bag of a relation: `of` is a unit or an application. Throws `permission denied` as the controller does
 * (own application bag of a client relation: leader only).
 */
export function readBag(model: ModelState, unit: Unit, relationId: number, of: string): BagContent {
  const relation = model.relations[relationId];
  if (relation === undefined || ownEnd(relation, unit.application) === undefined) throw goneRelation(model);
  const bag = of.includes('/') ? unitBag(relation, of) : applicationBag(model, unit, relation, of);
  return { ...bag.settings };
}

function unitBag(relation: Relation, of: string): Bag {
  const bag = relation.unitBags[of];
  if (bag !== undefined) return bag;
  const application = of.slice(0, of.indexOf('/'));
  // Not verified: Juju's text for a unit that never entered the relation.
  if (ownEnd(relation, application) === undefined) throw new Error('permission denied');
  throw new Error(`cannot read settings for unit "${of}" in relation: unit "${of}": settings not found`);
}

function applicationBag(model: ModelState, unit: Unit, relation: Relation, of: string): Bag {
  const bag = relation.appBags[of];
  if (bag === undefined) throw new Error('permission denied');
  const own = of === unit.application;
  if (own && !isPeer(relation) && leaderOf(model, unit.application) !== unit.name)
    throw new Error('permission denied');
  return bag;
}

/**
 * Applies changes (null deletes). True when something is different now; only then has the bag a new version.
 */
export function changeBag(bag: Bag, changes: Record<string, string | null>): boolean {
  let changed = false;
  for (const [key, value] of Object.entries(changes)) {
    const before = bag.settings[key];
    if (value === null || value === '') {
      if (before === undefined) continue;
      delete bag.settings[key];
    } else {
      if (before === value) continue;
      bag.settings[key] = value;
    }
    changed = true;
  }
  if (changed) bag.version += 1;
  return changed;
}

/** All bags of a relation, for tests and people. */
export function describeBags(relation: Relation): RelationBags {
  const contents = (bags: Record<string, Bag>): Record<string, BagContent> =>
    Object.fromEntries(Object.entries(bags).map(([name, bag]) => [name, { ...bag.settings }]));
  return {
    id: relation.id,
    endpoints: relation.ends.map(({ application, name, role }) => ({ application, endpoint: name, role })),
    applications: contents(relation.appBags),
    units: contents(relation.unitBags),
  };
}
