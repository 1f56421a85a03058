import type { OfferDetails } from '../protocol/between-models.ts';
import { isApplicationName } from '../protocol/names.ts';
import { endsOf } from './endpoints.ts';
import { type ModelState, relationsOf, requireApplication } from './state.ts';

/** `juju offer app:endpoint name`. Returns the URL others consume it by. */
export function makeOffer(model: ModelState, application: string, endpoints: string[], name: string): string {
  const ends = endsOf(model, requireApplication(model, application));
  for (const endpoint of endpoints) {
    if (!ends.some((end) => end.name === endpoint && end.role !== 'peer')) {
      throw new Error(`application "${application}" has no "${endpoint}" relation`);
    }
  }
  model.offers[name] = { name, application, endpoints };
  return `admin/${model.name}.${name}`;
}

/** Withdraws an offer; with force its relations go too. */
export function removeOffer(model: ModelState, name: string, force: boolean): void {
  const offer = model.offers[name];
  if (offer === undefined) throw new Error(`application offer "${name}" not found`);
  const relations = Object.values(model.relations).filter((relation) => relation.cross?.offer === name);
  if (relations.length > 0 && !force) {
    throw new Error(`cannot delete application offer "${name}": offer has ${relations.length} relation(s)`);
  }
  for (const relation of relations) relation.life = 'dying';
  delete model.offers[name];
}

/** Details of an offer for its consumers. */
export function offerDetails(model: ModelState, name: string): OfferDetails {
  const offer = model.offers[name];
  if (offer === undefined) throw new Error(`application offer "${name}" not found`);
  const ends = endsOf(model, requireApplication(model, offer.application));
  return {
    modelUuid: model.uuid,
    ends: ends
      .filter((end) => offer.endpoints.includes(end.name))
      .map(({ application: _application, ...end }) => end),
  };
}

/** `admin/model.offer` or `model.offer` → its parts. */
export function parseOfferUrl(url: string): { otherModel: string; offer: string } {
  const match = /^(?:[a-z0-9-]+:)?(?:[^/]+\/)?([a-z0-9-]+)\.([a-z0-9-]+)$/.exec(url);
  if (match === null) throw new Error(`offer URL "${url}" is not of the form [admin/]model.offer`);
  return { otherModel: match[1] ?? '', offer: match[2] ?? '' };
}

/** Makes an offer of another model known here under a name of its own. */
export function addRemote(model: ModelState, url: string, name: string, details: OfferDetails): void {
  if (!isApplicationName(name)) throw new Error(`invalid application name "${name}"`);
  if (model.applications[name] !== undefined)
    throw new Error(`cannot add saas application "${name}": application exists`);
  const { otherModel, offer } = parseOfferUrl(url);
  model.remotes[name] = {
    name,
    consumed: true,
    url: `admin/${otherModel}.${offer}`,
    offer,
    otherModel,
    ...details,
  };
}

/** `remove-saas`: its relations die; the name goes with the last. */
export function removeRemote(model: ModelState, name: string): void {
  const relations = relationsOf(model, name);
  for (const relation of relations) relation.life = 'dying';
  if (relations.length === 0) delete model.remotes[name];
}
