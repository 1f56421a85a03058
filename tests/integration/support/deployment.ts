import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type DeployOptions,
  type Model,
  type OpenOptions,
  openModel,
  zipCharm,
} from '../../../testbed/api/index.ts';
import { packedCharm } from './packed-charm.ts';

export const server = 'postgresql/0';
export const client = 'client/0';

/** Nothing runs that a test has not caused, and what failed is tried again at once. */
const quiet = {
  'update-status-hook-interval': '24h',
  'testbed-retry-base-ms': 50,
  'testbed-retry-max-ms': 200,
};

const clientCharm = fileURLToPath(new URL('../../clients/pgclient-classic', import.meta.url));

/** The base that a story is to run on: BASE=trixie has PostgreSQL 17, the usual bookworm 15. */
export const onBase: Pick<OpenOptions, 'base'> = process.env['BASE'] === 'trixie' ? { base: 'trixie' } : {};

/** Opens a model for one story. The caller destroys it. */
export function openStory(name: string, options: OpenOptions = {}): Promise<Model> {
  return openModel(name, { ...options, config: { ...quiet, ...options.config } });
}

/** Deploys the packed charm as `postgresql`; does not wait. */
export async function deployServer(model: Model, options: DeployOptions = {}): Promise<void> {
  await model.deploy(await packedCharm(), { application: 'postgresql', ...options });
}

/** Deploys the classic client as `client`; does not wait. */
export async function deployClient(model: Model, options: DeployOptions = {}): Promise<void> {
  await model.deploy(await deployable(model), { application: 'client', ...options });
}

/** Juju 4 deploys no folders. */
async function deployable({ juju }: Model): Promise<string> {
  if (juju !== '4.0') return clientCharm;
  const folder = await mkdtemp(join(tmpdir(), 'client-charm-'));
  return zipCharm(clientCharm, join(folder, 'client.charm'));
}

/** Waits until nobody has anything to do and all units are active. */
export async function waitActive(model: Model, timeoutMs = 240_000): Promise<void> {
  await model.waitFor(
    (status) => {
      const units = Object.values(status.applications).flatMap(({ units = {} }) => Object.values(units));
      return units.length > 0 && units.every((unit) => unit['workload-status'].current === 'active');
    },
    { timeoutMs, describe: 'all units are active' },
  );
  await waitInstalled(model, timeoutMs);
}

/** Waits until nobody has anything to do, jobs beside the hooks that install packages included. */
export async function waitInstalled(model: Model, timeoutMs = 240_000): Promise<void> {
  await model.waitSettled({ timeoutMs });
  await model.waitFor(
    (status) => {
      const { units = {} } = status.applications['postgresql'] ?? {};
      return Object.values(units).every(
        (unit) => !/[Ii]nstalling /.test(unit['workload-status'].message ?? ''),
      );
    },
    { timeoutMs, describe: 'no packages are being installed' },
  );
  await model.waitSettled({ timeoutMs });
}

/** Runs SQL as the classic client does, with what it was told. Returns psql's output; rejects with its error. */
export async function clientSql(model: Model, text: string, unit = client): Promise<string> {
  const task = await model.run(unit, 'sql', { sql: text });
  if (task.status !== 'completed') throw new Error(`${text}: ${task.message}`);
  return String(task.results['output'] ?? '');
}
