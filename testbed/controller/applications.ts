import type { AdminParams, ConfigValue } from '../protocol/admin.ts';
import { isApplicationName } from '../protocol/names.ts';
import { convertOption } from './charm-options.ts';
import type { StoredCharm } from './charm-store.ts';
import type { Charm } from './charm-types.ts';
import { addPeerRelations } from './relations.ts';
import { type Application, charmOf, type ModelState, requireApplication } from './state.ts';
import { parseStorageSpec } from './storage-spec.ts';
import { newMachine, newUnit } from './unit-making.ts';

/** `juju deploy`, after the charm was stored. Returns the new units' names. */
export function deployApplication(
  model: ModelState,
  stored: StoredCharm,
  params: AdminParams<'deploy'>,
): string[] {
  const { charm, hash } = stored;
  const name = params.application ?? charm.name;
  if (!isApplicationName(name)) {
    throw new Error(
      `invalid application name "${name}": lowercase letters, digits and hyphens; ` +
        'it starts with a letter and its last part must not be a number',
    );
  }
  if (model.applications[name] !== undefined) {
    throw new Error(`cannot add application "${name}": application already exists`);
  }
  const application: Application = {
    name,
    charmHash: hash,
    charmRevision: 0,
    charmForced: false,
    base: params.base ?? model.base,
    life: 'alive',
    exposed: false,
    trust: params.trust ?? false,
    config: convertConfig(charm, params.config ?? {}),
    configVersion: 1,
    status: null,
    workloadVersion: '',
    leaderSettings: {},
    leaderSettingsVersion: 1,
    storageSizesMiB: {},
    storageCounts: {},
    resources: params.resources ?? {},
  };
  readStorageSpecs(charm, application, params.storage ?? {});
  for (const resource of Object.keys(application.resources)) {
    if (charm.resources[resource] === undefined) throw new Error(`unrecognized resource "${resource}"`);
  }
  model.charms[hash] = charm;
  model.applications[name] = application;
  addPeerRelations(model, application);
  const count = charm.subordinate ? 0 : (params.units ?? 1);
  if (charm.subordinate && (params.units ?? 0) > 0) {
    delete model.applications[name];
    throw new Error('cannot use --num-units or --to with subordinate application');
  }
  return addUnits(model, name, count, params.to ?? [], params.attachStorage ?? []);
}

function readStorageSpecs(charm: Charm, application: Application, specs: Record<string, string>): void {
  for (const [name, text] of Object.entries(specs)) {
    const declared = charm.storage[name];
    if (declared === undefined) {
      throw new Error(
        `cannot add application "${application.name}": charm "${charm.name}" has no store called "${name}"`,
      );
    }
    const { count, sizeMiB } = parseStorageSpec(text);
    if (declared.maxCount !== null && count > declared.maxCount) {
      throw new Error(
        `charm "${charm.name}" store "${name}": ` +
          `at most ${declared.maxCount} instances supported, ${count} specified`,
      );
    }
    if (sizeMiB !== null && sizeMiB < declared.minimumSizeMiB) {
      throw new Error(
        `charm "${charm.name}" store "${name}": minimum storage size is ${declared.minimumSizeMiB}M`,
      );
    }
    application.storageCounts[name] = count;
    application.storageSizesMiB[name] = sizeMiB;
  }
}

/** `juju add-unit`. `to` names machines, in order; the rest get new ones. */
export function addUnits(
  model: ModelState,
  name: string,
  count: number,
  to: string[],
  attachStorage: string[],
): string[] {
  const application = requireApplication(model, name);
  if (application.life !== 'alive') throw new Error(`cannot add unit: application "${name}" is not alive`);
  if (count > 0 && charmOf(model, application).subordinate) {
    throw new Error(`cannot add unit to application "${name}": application is a subordinate`);
  }
  if (attachStorage.length > 0 && count !== 1)
    throw new Error('cannot attach existing storage to more than one unit');
  return Array.from({ length: count }, (_, at) => {
    const wanted = to[at];
    if (wanted !== undefined && model.machines[wanted] === undefined)
      throw new Error(`machine ${wanted} not found`);
    const machine = wanted ?? newMachine(model, application.base).id;
    return newUnit(model, application, machine, null, attachStorage).name;
  });
}

function convertConfig(charm: Charm, values: Record<string, ConfigValue>): Record<string, ConfigValue> {
  const result: Record<string, ConfigValue> = {};
  for (const [name, value] of Object.entries(values)) {
    const option = charm.options[name];
    if (option === undefined) throw new Error(`unknown option "${name}"`);
    result[name] = convertOption(name, option, value);
  }
  return result;
}

/** `juju config app k=v --reset k`. Nothing is changed when one of the values is refused. */
export function configure(
  model: ModelState,
  name: string,
  set: Record<string, ConfigValue>,
  reset: string[],
): void {
  const application = requireApplication(model, name);
  const charm = charmOf(model, application);
  const converted = convertConfig(charm, set);
  for (const option of reset)
    if (charm.options[option] === undefined) throw new Error(`unknown option "${option}"`);
  const before = JSON.stringify(effectiveConfig(charm, application));
  for (const option of reset) delete application.config[option];
  Object.assign(application.config, converted);
  if (JSON.stringify(effectiveConfig(charm, application)) !== before) application.configVersion += 1;
}

/** Every option with its value in force; null when unset. */
export function effectiveConfig(charm: Charm, application: Application): Record<string, ConfigValue | null> {
  return Object.fromEntries(
    Object.entries(charm.options).map(([name, option]) => [name, application.config[name] ?? option.default]),
  );
}

/**
 * `juju refresh`: new code, new endpoints; options that are gone are forgotten. Returns the charm's
 * revision.
 */
export function refreshCharm(model: ModelState, name: string, stored: StoredCharm, force: boolean): number {
  const application = requireApplication(model, name);
  const old = charmOf(model, application);
  if (old.subordinate !== stored.charm.subordinate)
    throw new Error('cannot change a charm between principal and subordinate');
  for (const relation of Object.values(model.relations)) {
    const end = relation.ends.find((each) => each.application === name);
    if (end === undefined || end.name === 'juju-info') continue;
    if (stored.charm.endpoints[end.name]?.interface !== end.interface) {
      throw new Error(`cannot upgrade application "${name}": would break relation "${name}:${end.name}"`);
    }
  }
  model.charms[stored.hash] = stored.charm;
  Object.assign(application, { charmHash: stored.hash, charmForced: force });
  application.charmRevision += 1;
  for (const option of Object.keys(application.config)) {
    const kept = stored.charm.options[option];
    if (kept === undefined) delete application.config[option];
  }
  const existing = new Set(Object.keys(old.endpoints));
  const added = Object.keys(stored.charm.endpoints).filter((endpoint) => !existing.has(endpoint));
  addPeerRelations(model, application, added);
  return application.charmRevision;
}
