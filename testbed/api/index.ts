/** The testbed for tests: models, units, machines and faults, typed. See docs/testbed.md. */

import { ensureController } from '../controller/launch.ts';
import type { ConfigValue, JujuMode } from '../protocol/admin.ts';
import { ownedModelName, removeLeftovers } from './leftovers.ts';
import { Model } from './model.ts';

export type { HookRecord, JujuMode, KillPoint, RelationBags, TaskInfo } from '../protocol/admin.ts';
export type { StatusDocument, UnitStatus } from '../protocol/status-types.ts';
export { zipCharm } from './charm-zip.ts';
export type { ModelFaults } from './faults.ts';
export { type DeployOptions, Model } from './model.ts';
export type { Ran, UnitMachine } from './unit-machine.ts';

export interface OpenOptions {
  juju?: JujuMode;
  /** Image of machines unless a deploy names another. */
  base?: 'bookworm' | 'trixie';
  /** Model config, the testbed's own keys included (`testbed-retry-base-ms`, …). */
  config?: Record<string, ConfigValue>;
}

let cleaned: Promise<void> | undefined;

/**
 * Makes a new model. Its name carries this process's number: models of processes that are gone are removed
 * first. The caller destroys it (`afterAll(() => model?.destroy())`).
 */
export async function openModel(name = 'test', options: OpenOptions = {}): Promise<Model> {
  cleaned ??= removeLeftovers();
  await cleaned;
  const client = await ensureController(ownedModelName(name));
  const { juju = '3.6', ...rest } = options;
  return new Model(await client.call('model.create', { juju, ...rest }), client);
}

/** Takes up a model that exists, such as one made on the command line. */
export async function attachModel(name: string): Promise<Model> {
  const client = await ensureController(name);
  return new Model(await client.call('model.info', {}), client);
}
