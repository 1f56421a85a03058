import type { AdminHandlers } from './admin-server.ts';
import { addUnits, configure, deployApplication, effectiveConfig, refreshCharm } from './applications.ts';
import { storeCharm } from './charm-store.ts';
import type { Core } from './core.ts';
import { receiveHalf } from './cross-model.ts';
import { endKey } from './endpoints.ts';
import { ensureController } from './launch.ts';
import { addRemote, makeOffer, offerDetails, parseOfferUrl, removeOffer, removeRemote } from './offers.ts';
import { findRelation, integrate, removeRelation } from './relations.ts';
import { removeApplication, removeMachine, removeUnit } from './removal.ts';
import { charmOf, requireApplication, requireRelation, requireUnit } from './state.ts';
import { addStorage, attachStorage, detachStorage, requireStorage } from './storage.ts';

/** Requests that change what is deployed. */
export function deploymentHandlers(core: Core) {
  return {
    deploy: (params) => {
      const stored = storeCharm(params.charmPath, core.paths.charms, core.model().juju);
      const units = deployApplication(core.model(), stored, params);
      return { application: params.application ?? stored.charm.name, units };
    },
    addUnit: ({ application, count, to, attachStorage: ids }) => ({
      units: addUnits(core.model(), application, count ?? 1, to ?? [], ids ?? []),
    }),
    removeUnit: ({ unit, force, destroyStorage }) => {
      removeUnit(core.model(), unit, force ?? false, destroyStorage ?? false);
      return {};
    },
    removeApplication: ({ application, force, destroyStorage }) => {
      if (core.model().remotes[application]?.consumed === true) {
        removeRemote(core.model(), application);
        return {};
      }
      removeApplication(core.model(), application, force ?? false, destroyStorage ?? false);
      return {};
    },
    removeMachine: ({ machine, force }) => {
      removeMachine(core.model(), machine, force ?? false);
      return {};
    },
    ...relationHandlers(core),
    expose: ({ application, exposed }) => {
      requireApplication(core.model(), application).exposed = exposed;
      return {};
    },
    trust: ({ application, trust }) => {
      requireApplication(core.model(), application).trust = trust;
      return {};
    },
    refresh: ({ application, charmPath, force }) => {
      const stored = storeCharm(charmPath, core.paths.charms, core.model().juju);
      return { revision: refreshCharm(core.model(), application, stored, force ?? false) };
    },
    resolved: ({ unit: name, retry }) => {
      const unit = requireUnit(core.model(), name);
      if (unit.agent.status !== 'error') throw new Error(`unit "${name}" is not in an error state`);
      unit.resolved = { count: unit.resolved.count + 1, retry };
      return {};
    },
    ...configHandlers(core),
    ...storageHandlers(core),
    ...offerHandlers(core),
  } satisfies Partial<AdminHandlers>;
}

function configHandlers(core: Core) {
  return {
    'config.get': ({ application: name }) => {
      const application = requireApplication(core.model(), name);
      const charm = charmOf(core.model(), application);
      const values = effectiveConfig(charm, application);
      const options = Object.entries(charm.options).map(
        ([option, { type, description, default: preset }]) => {
          const value = values[option] ?? null;
          const source =
            application.config[option] === undefined ? (value === null ? 'unset' : 'default') : 'user';
          return [option, { type, description, default: preset, value, source } as const] as const;
        },
      );
      return { application: name, charm: charm.name, options: Object.fromEntries(options) };
    },
    'config.set': ({ application, set, reset }) => {
      configure(core.model(), application, set ?? {}, reset ?? []);
      return {};
    },
  } satisfies Partial<AdminHandlers>;
}

function relationHandlers(core: Core) {
  return {
    integrate: ({ a, b }) => {
      const relation = integrate(core.model(), a, b);
      const [one, other] = relation.ends.map(endKey);
      return { relationId: relation.id, endpoints: [one ?? '', other ?? ''] };
    },
    removeRelation: ({ relationId, a, b, force }) => {
      const model = core.model();
      const relation =
        relationId === undefined ? findRelation(model, a ?? '', b ?? '') : requireRelation(model, relationId);
      removeRelation(model, relation, force ?? false);
      return {};
    },
    suspendRelation: ({ relationId, suspended }) => {
      requireRelation(core.model(), relationId).suspended = suspended;
      return {};
    },
  } satisfies Partial<AdminHandlers>;
}

function offerHandlers(core: Core) {
  return {
    offer: ({ application, endpoints, name }) => ({
      url: makeOffer(core.model(), application, endpoints, name ?? application),
    }),
    removeOffer: ({ name, force }) => {
      removeOffer(core.model(), name, force ?? false);
      return {};
    },
    consume: async ({ url, alias }) => {
      const { otherModel, offer } = parseOfferUrl(url);
      const client = await ensureController(otherModel);
      const details = await client.call('remote.offer', { name: offer });
      client.close();
      const name = alias ?? offer;
      addRemote(core.model(), url, name, details);
      return { application: name };
    },
    'remote.offer': ({ name }) => offerDetails(core.model(), name),
    'remote.half': ({ half }) => {
      receiveHalf(core.model(), half);
      return {};
    },
  } satisfies Partial<AdminHandlers>;
}

function storageHandlers(core: Core) {
  return {
    storage: () => ({
      storage: Object.values(core.model().storage).map(({ application: _app, life, ...rest }) => ({
        ...rest,
        status: life === 'dying' && rest.status === 'attached' ? ('detaching' as const) : rest.status,
      })),
    }),
    addStorage: ({ unit, name, spec }) => ({ ids: addStorage(core.model(), unit, name, spec) }),
    detachStorage: ({ id, force }) => {
      detachStorage(core.model(), id, force ?? false);
      return {};
    },
    attachStorage: ({ unit, id }) => {
      attachStorage(core.model(), id, unit);
      return {};
    },
    removeStorage: ({ id, force }) => {
      const storage = requireStorage(core.model(), id);
      if (storage.unit !== null && force !== true) {
        throw new Error(`storage "${id}" is attached: detach it first, or use force`);
      }
      if (storage.unit !== null) {
        requireUnit(core.model(), storage.unit).destroyStorage = true;
        detachStorage(core.model(), id, false);
      } else storage.life = 'dead';
      return {};
    },
  } satisfies Partial<AdminHandlers>;
}
