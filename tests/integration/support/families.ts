/** The five families of clients, each as one application; all on one machine beside the server's. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { type Model, zipCharm } from '../../../testbed/api/index.ts';
import type { StatusDocument } from '../../../testbed/protocol/status-types.ts';

const charm = (name: string): string => fileURLToPath(new URL(`../../clients/${name}`, import.meta.url));

interface Family {
  readonly charm: 'pgclient-classic' | 'pgclient-library';
  readonly endpoint: 'db' | 'db-admin' | 'master' | 'database';
  readonly library?: 'reactive' | 'ops' | 'di0' | 'di1';
  /** Hands out credentials in secrets only. */
  readonly needsSecrets?: true;
}

const families: Readonly<Record<string, Family>> = {
  classic: { charm: 'pgclient-classic', endpoint: 'db' },
  admin: { charm: 'pgclient-classic', endpoint: 'db-admin' },
  streamer: { charm: 'pgclient-classic', endpoint: 'master' },
  reactive: { charm: 'pgclient-library', endpoint: 'db', library: 'reactive' },
  operator: { charm: 'pgclient-library', endpoint: 'db', library: 'ops' },
  interfaces: { charm: 'pgclient-library', endpoint: 'database', library: 'di0' },
  newest: { charm: 'pgclient-library', endpoint: 'database', library: 'di1', needsSecrets: true },
};

/** Applications of a model of this Juju. */
export function familyNames(model: Model): string[] {
  return Object.entries(families).flatMap(([name, { needsSecrets }]) =>
    needsSecrets === true && model.juju === '2.9' ? [] : [name],
  );
}

/** Deploys every family, all on one new machine, and relates it to `postgresql`. Returns application → relation id. */
export async function relateFamilies(model: Model): Promise<Record<string, number>> {
  const relations: Record<string, number> = {};
  const charms: Record<string, string> = {};
  // Juju 4 takes no folders.
  const folder = await mkdtemp(join(tmpdir(), 'families-'));
  const machine = String(Object.keys((await model.status()).machines).length);
  for (const name of familyNames(model)) {
    const family = families[name];
    if (family === undefined) continue;
    const { endpoint, library } = family;
    const config = { database: `${name}_data`, ...(library === undefined ? {} : { library }) };
    const place = Object.keys(relations).length === 0 ? {} : { to: [machine] };
    charms[family.charm] ??= await zipCharm(charm(family.charm), join(folder, `${family.charm}.charm`));
    await model.deploy(charms[family.charm] ?? '', { application: name, config, ...place });
    relations[name] = await model.integrate(`postgresql:${endpoint}`, `${name}:${endpoint}`);
  }
  await rm(folder, { recursive: true });
  return relations;
}

/** Waits until every family says that it is connected to the server of `unit`, by its own library's rules. */
export async function waitConnected(model: Model, unit: string, timeoutMs = 240_000): Promise<void> {
  const names = familyNames(model);
  await model.waitFor(
    (status) => {
      const address = status.applications['postgresql']?.units?.[unit]?.['public-address'] ?? '';
      return names.every((name) => messageOf(status, name).startsWith(`connected to ${address}/`));
    },
    { timeoutMs, describe: `all clients are connected to ${unit}` },
  );
}

/** Every family inserts a row with what it was told last, and still has all rows of before. */
export async function expectAllWrite(model: Model, rows: number): Promise<void> {
  const table = 'CREATE TABLE IF NOT EXISTS kept (number int PRIMARY KEY)';
  const sql = `SET client_min_messages = error; ${table}; INSERT INTO kept VALUES (${rows}); SELECT count(*) FROM kept`;
  const counts: Record<string, string> = {};
  for (const name of familyNames(model)) counts[name] = await familySql(model, name, sql);
  expect(counts).toEqual(Object.fromEntries(familyNames(model).map((name) => [name, String(rows)])));
}

/** Runs SQL as a family's unit does. Returns psql's output, or its error. */
export async function familySql(model: Model, application: string, sql: string): Promise<string> {
  const task = await model.run(`${application}/0`, 'sql', { sql });
  return task.status === 'completed' ? String(task.results['output'] ?? '').trim() : task.message;
}

function messageOf(status: StatusDocument, application: string): string {
  const unit = status.applications[application]?.units?.[`${application}/0`];
  return unit?.['workload-status'].message ?? '';
}
