import type { AdminClient } from '../protocol/admin.ts';
import type { BagContent } from '../protocol/agent-methods.ts';
import type { EndedHalf, Half } from '../protocol/between-models.ts';
import { applicationOf, numberOf } from '../protocol/names.ts';
import type { Core } from './core.ts';
import { ensureController } from './launch.ts';
import { dropIfEmpty } from './relations.ts';
import { type Bag, type ModelState, nextNumber, type Relation, requireApplication } from './state.ts';

const retryMs = 500;

/** Tells the other models of every change of this model's half of the relations it has with them. */
export function startCrossModel(core: Core): void {
  const told = new Map<string, string>();
  const clients = new Map<string, Promise<AdminClient>>();
  const tell = async (otherModel: string, half: Half | EndedHalf): Promise<void> => {
    const { token } = half;
    const text = JSON.stringify(half);
    if (told.get(token) === text) return;
    told.set(token, text);
    try {
      const client = clients.get(otherModel) ?? ensureController(otherModel);
      clients.set(otherModel, client);
      await (await client).call('remote.half', { half });
      if ('gone' in half) delete core.model().farewells[token];
    } catch (error) {
      clients.delete(otherModel);
      told.delete(token);
      core.log('WARNING', 'juju.worker.remoterelations', `${otherModel}: ${String(error)}`);
      setTimeout(look, retryMs);
    }
  };
  const look = (): void => {
    const model = core.model();
    for (const relation of Object.values(model.relations)) {
      if (relation.cross !== null)
        void tell(relation.cross.otherModel, ownHalf(model, relation, relation.cross));
    }
    for (const [token, otherModel] of Object.entries(model.farewells))
      void tell(otherModel, { token, gone: true });
  };
  core.onFlush(look);
}

function ownHalf(model: ModelState, relation: Relation, cross: NonNullable<Relation['cross']>): Half {
  const local = relation.ends.find((end) => model.remotes[end.application] === undefined);
  const units: Half['units'] = {};
  for (const [name, { departing }] of Object.entries(relation.scopes)) {
    if (applicationOf(name) !== local?.application) continue;
    units[String(numberOf(name))] = { departing, settings: relation.unitBags[name]?.settings ?? {} };
  }
  return {
    token: cross.token,
    model: model.name,
    modelUuid: model.uuid,
    offer: cross.offer,
    offeredEndpoint: cross.offeredEndpoint,
    consumingEndpoint: cross.consumingEndpoint,
    units,
    app: relation.appBags[local?.application ?? '']?.settings ?? {},
    alive: relation.life === 'alive',
    suspended: relation.suspended,
  };
}

/**
 * Takes in what the other model tells; a relation seen for the first time appears with an opaque remote
 * application.
 */
export function receiveHalf(model: ModelState, half: Half | EndedHalf): void {
  const relations = Object.values(model.relations);
  const known = relations.find((relation) => relation.cross?.token === half.token);
  if ('gone' in half) {
    if (known !== undefined) loseRemote(model, known);
    return;
  }
  const relation = known ?? (half.alive ? acceptRelation(model, half) : undefined);
  const remote = relation?.ends.find((end) => model.remotes[end.application] !== undefined)?.application;
  if (relation === undefined || remote === undefined) return;
  for (const [number, { departing, settings }] of Object.entries(half.units)) {
    const name = `${remote}/${number}`;
    relation.scopes[name] = { departing };
    replaceContent((relation.unitBags[name] ??= { version: 1, settings }), settings);
  }
  for (const name of Object.keys(relation.scopes)) {
    if (applicationOf(name) === remote && half.units[String(numberOf(name))] === undefined)
      delete relation.scopes[name];
  }
  const appBag = relation.appBags[remote];
  if (appBag !== undefined) replaceContent(appBag, half.app);
  if (known !== undefined) relation.suspended = half.suspended;
  if (!half.alive) relation.life = 'dying';
  dropIfEmpty(model, relation);
}

function replaceContent(bag: Bag, settings: BagContent): void {
  const sorted = (content: BagContent): string => JSON.stringify(Object.entries(content).sort());
  if (sorted(bag.settings) === sorted(settings)) return;
  bag.settings = settings;
  bag.version += 1;
}

function loseRemote(model: ModelState, relation: Relation): void {
  for (const name of Object.keys(relation.scopes)) {
    if (model.remotes[applicationOf(name)] !== undefined) delete relation.scopes[name];
  }
  relation.life = 'dying';
  dropIfEmpty(model, relation);
}

/** The offering side of a new relation. Throws when nothing is offered under that name. */
function acceptRelation(model: ModelState, half: Half): Relation {
  const offer = model.offers[half.offer];
  if (offer === undefined) throw new Error(`offer "${half.offer}" not found`);
  const application = requireApplication(model, offer.application);
  const endpoint = model.charms[application.charmHash]?.endpoints[half.offeredEndpoint];
  if (endpoint === undefined || !offer.endpoints.includes(half.offeredEndpoint)) {
    throw new Error(`offer "${half.offer}" has no endpoint "${half.offeredEndpoint}"`);
  }
  const name = `remote-${half.token}`;
  const { consumingEndpoint, model: otherModel, modelUuid } = half;
  model.remotes[name] = {
    name,
    consumed: false,
    url: '',
    offer: half.offer,
    otherModel,
    modelUuid,
    ends: [consumingEndpoint],
  };
  const ends = [
    { ...endpoint, application: application.name },
    { ...consumingEndpoint, application: name },
  ];
  const id = nextNumber(model, 'relation');
  const relation: Relation = {
    id,
    ends,
    life: 'alive',
    suspended: half.suspended,
    scopes: {},
    unitBags: {},
    appBags: Object.fromEntries(ends.map((end) => [end.application, { version: 0, settings: {} }])),
    cross: {
      token: half.token,
      otherModel,
      offer: half.offer,
      offeredEndpoint: half.offeredEndpoint,
      consumingEndpoint,
    },
  };
  model.relations[id] = relation;
  return relation;
}
