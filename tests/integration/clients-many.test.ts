import { rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { HookRecord, Model } from '../../testbed/api/index.ts';
import {
  client,
  clientSql,
  deployClient,
  deployServer,
  openStory,
  server,
  waitActive,
} from './support/deployment.ts';
import { charmWithEndpoints } from './support/many-clients.ts';
import { serverSql } from './support/server-sql.ts';

// One server and clients that come one by one and all at once. MANY=200 makes it a trial of strength.

const count = Number(process.env['MANY'] ?? 12);

let model: Model;
const folder = charmWithEndpoints(count + 1);
const relations: number[] = [];
let rows = 0;

beforeAll(async () => {
  model = await openStory('many');
  await deployServer(model);
  await deployClient(model, { config: { database: 'shop' } });
  await model.integrate('postgresql:db', 'client:db');
  await waitActive(model);
  await model.deploy(folder, { application: 'many', to: ['1'] });
  await model.waitSettled();
  await clientSql(model, 'CREATE TABLE orders (number int)');
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await model?.destroy();
});

const relate = async (): Promise<void> => {
  relations.push(await model.integrate('postgresql:db', `many:c${relations.length}`));
};

async function rules(): Promise<string[]> {
  const machine = await model.machineOf(server);
  return (await machine.sh('cat /etc/postgresql/*/main/pg_hba.conf')).split('\n');
}

/** Number of times the server was told to read its files again. */
async function reloads(): Promise<number> {
  const machine = await model.machineOf(server);
  return Number(await machine.sh("grep -c 'received SIGHUP' /var/log/postgresql/*.log || true"));
}

const hooksSince = async (from: number): Promise<HookRecord[]> => (await model.history(server)).slice(from);
const commandsOf = ({ commands }: HookRecord): number =>
  Object.values(commands).reduce((sum, times) => sum + times, 0);

async function expectHonestClientWrites(): Promise<void> {
  rows += 1;
  const sql = `INSERT INTO orders VALUES (${rows}); SELECT count(*) FROM orders`;
  expect(await clientSql(model, sql)).toBe(String(rows));
}

test('one more client changes one line of pg_hba.conf and reloads once', async () => {
  const [before, reloadsBefore] = [await rules(), await reloads()];
  await relate();
  await model.waitSettled();
  const { address } = await model.machineOf('many/0');
  const after = await rules();
  const line = `host "c0" "juju_many" ${address}/32 scram-sha-256`;
  expect(after.filter((text) => !before.includes(text))).toEqual([line]);
  expect(before.filter((text) => !after.includes(text))).toEqual([]);
  expect(await reloads()).toBe(reloadsBefore + 1);
});

test(`${count} at once are all served, and nobody else notices`, async () => {
  const from = (await model.history(server)).length;
  const release = await model.faults.hold(server, '^db-relation');
  while (relations.length < count) await relate();
  await model.waitSettled({ except: [server] });
  await release();
  const over = new AbortController();
  const settling = model.waitSettled({ timeoutMs: 3_600_000, except: [client] }).finally(() => over.abort());
  while (!over.signal.aborted) await expectHonestClientWrites();
  await settling;
  const hooks = await hooksSince(from);
  expect(hooks.filter(({ exitCode, error }) => exitCode !== 0 || error !== null)).toEqual([]);
  for (const [index, relation] of relations.entries()) {
    const { units } = await model.bags(relation);
    expect(units[server]).toMatchObject({
      database: `c${index}`,
      user: 'juju_many',
      'allowed-units': 'many/0',
    });
  }
  const longestMs = Math.max(...hooks.map(({ durationMs }) => durationMs));
  const totalMs = hooks.reduce((sum, { durationMs }) => sum + durationMs, 0);
  console.log(
    `${count} relations: ${hooks.length} hooks in ${Math.round(totalMs / 1000)} s, the longest ${Math.round(longestMs)} ms; ` +
      `the honest client wrote ${rows} rows meanwhile`,
  );
}, 3_600_000);

test('what a pass has dealt with takes no other pass', async () => {
  const from = (await model.history(server)).length;
  const event = { unit: server, hook: 'update-status' };
  await model.faults.repeat(event);
  await model.waitSettled();
  const [relation = 0] = relations;
  for (const hook of ['db-relation-joined', 'db-relation-changed']) {
    await model.faults.repeat({ unit: server, hook, relationId: relation, remoteUnit: 'many/0' });
    await model.waitSettled();
  }
  const [whole, ...others] = await hooksSince(from);
  if (whole === undefined) throw new Error('no hook ran');
  // Four for each relation, and a few for the unit.
  expect(commandsOf(whole)).toBeLessThan(4 * (count + 1) + 10);
  expect(others.map(commandsOf).every((commands) => commands < 8)).toBe(true);
});

test('a request that differs is no such thing', async () => {
  const [relation = 0] = relations;
  const ran = await model.exec('many/0', `relation-set -r c0:${relation} database=other`);
  expect(ran.exitCode).toBe(0);
  await model.waitSettled();
  expect((await model.bags(relation)).units[server]).toMatchObject({ database: 'other' });
  expect(await serverSql(model, server, "SELECT 1 FROM pg_database WHERE datname = 'other'")).toEqual(['1']);
  await expectHonestClientWrites();
});

test('what a hook could not publish is published by the next', async () => {
  await model.faults.failCommits(server, 1, 'db-relation-joined');
  await relate();
  await model.waitSettled();
  const relation = relations.at(-1) ?? 0;
  const hooks = (await model.history(server)).filter(({ relationId }) => relationId === relation);
  expect(hooks.filter(({ error }) => error !== null)).toHaveLength(1);
  expect((await model.bags(relation)).units[server]).toMatchObject({ database: `c${count}` });
});
