import { afterAll, expect, test } from 'vitest';
import type { Model } from '../../testbed/api/index.ts';
import { type Cluster, waitCluster } from './support/cluster/members.ts';
import { look } from './support/cluster/operator.ts';
import { deployServer, openStory, waitActive } from './support/deployment.ts';
import { expectAllWrite, familyNames, familySql, relateFamilies, waitConnected } from './support/families.ts';
import { oneStory } from './support/one-story.ts';
import { type Published, published, withoutComplaints } from './support/published.ts';
import { serverSql } from './support/server-sql.ts';

// Clients that have all they asked for, and then ask for what cannot be met; a primary that does not lead.

let model: Model;
let cluster: Cluster;
let relations: Record<string, number>;
let before: Record<string, Published>;

oneStory();
afterAll(() => model?.destroy());

const standby = (): string => cluster.standbys[0] ?? '';

/** Sets options of client applications. Returns when everybody has dealt with it. */
async function configure(options: Record<string, Record<string, string>>): Promise<void> {
  for (const [application, set] of Object.entries(options)) await model.setConfig(application, set);
  await model.waitSettled();
}

const statusOf = async (unit: string): Promise<string> => {
  const status = (await model.unit(unit))?.['workload-status'];
  return `${status?.current}: ${status?.message}`;
};

async function planOf(unit: string): Promise<{ problems: { relation: string | null; message: string }[] }> {
  const folder = `/var/lib/juju/agents/unit-${unit.replace('/', '-')}/charm`;
  return JSON.parse(await (await model.machineOf(unit)).sh(`${folder}/dist/charm plan`)) as never;
}

/** Log lines at WARNING about a relation. */
async function warnings(unit: string, id: string): Promise<string[]> {
  return (await model.logs(unit))
    .filter(({ level, message }) => level === 'WARNING' && message.includes(`${id} (`))
    .map(({ message }) => message);
}

const relationOf = (name: string): string => {
  const endpoint = { admin: 'db-admin', streamer: 'master', interfaces: 'database', newest: 'database' }[
    name
  ];
  return `${endpoint ?? 'db'}:${relations[name]}`;
};

/** Answers to these clients are as before, and those that go by them still get in. */
async function expectNothingTaken(): Promise<void> {
  expect(withoutComplaints(await published(model, relations))).toEqual(before);
  for (const name of ['classic', 'admin', 'interfaces', 'newest']) {
    expect([name, await familySql(model, name, 'SELECT 1')]).toEqual([name, '1']);
  }
}

test('all families have what they asked for', async () => {
  model = await openStory('unmet');
  await deployServer(model, { units: 2 });
  relations = await relateFamilies(model);
  cluster = await waitCluster(model, 1);
  await configure({
    classic: { extensions: 'citext' },
    admin: { extensions: 'citext' },
    reactive: { extensions: 'citext', roles: 'readers' },
    operator: { extensions: 'citext', roles: 'readers' },
    interfaces: { roles: 'readers' },
  });
  await waitConnected(model, cluster.primary);
  await waitActive(model);
  await expectAllWrite(model, 1);
  await model.faults.takeLeadership('postgresql', standby());
  await look(model, standby());
  await model.waitSettled();
  before = withoutComplaints(await published(model, relations));
});

const unmet: Record<string, Record<string, string>> = {
  classic: { extensions: 'citext,no_such' },
  admin: { extensions: 'citext,no_such' },
  reactive: { extensions: 'citext,no_such' },
  operator: { roles: 'readers,postgres' },
  interfaces: { roles: 'readers,pg_monitor' },
  newest: { roles: 'pg_monitor' },
};

test('one more wish that cannot be met takes nothing away, and all of them are named', async () => {
  await configure(unmet);
  await expectNothingTaken();
  const { primary } = cluster;
  const status = await statusOf(primary);
  expect(status).toMatch(/^blocked: Live master/);
  const named = Object.keys(unmet).map(relationOf);
  expect(named.filter((id) => status.includes(id)).length).toBeGreaterThan(1);
  expect(status).toMatch(/and \d more/);
  const { problems } = await planOf(primary);
  expect(problems.flatMap(({ relation }) => relation ?? []).toSorted()).toEqual(named.toSorted());
  await look(model, primary);
  for (const id of named) expect([id, await warnings(primary, id)]).toEqual([id, [expect.any(String)]]);
  const told = await published(model, relations);
  expect(told['interfaces']?.application['status']).toContain('pg_monitor');
  expect(told['newest']?.application['requests']).toContain('pg_monitor');
});

test('nor does a database that is refused, or requests that nobody can read', async () => {
  await configure({
    classic: { database: 'postgres' },
    reactive: { database: 'template1' },
    interfaces: { database: 'postgres' },
    newest: { database: 'template0' },
  });
  await expectNothingTaken();
  expect(await statusOf(cluster.primary)).toMatch(/^blocked: Live master/);
  await model.exec('newest/0', `relation-set -r database:${relations['newest']} --app requests='[{'`);
  await model.waitSettled();
  await expectNothingTaken();
});

test('the moment they ask for what they had, all is well', async () => {
  await configure({
    classic: { extensions: 'citext', database: 'classic_data' },
    admin: { extensions: 'citext' },
    reactive: { extensions: 'citext', database: 'reactive_data' },
    operator: { roles: 'readers' },
    interfaces: { roles: 'readers', database: 'interfaces_data' },
    newest: { roles: '', database: 'newest_data' },
  });
  await waitConnected(model, cluster.primary);
  await waitActive(model);
  await expectAllWrite(model, 2);
  expect(await published(model, relations)).toEqual(before);
});

test('roles and databases that cannot be looked at are not gone', async () => {
  const machine = await model.machineOf(cluster.primary);
  // Standbys get the lock with the rest.
  const lock = 'BEGIN; LOCK TABLE pg_auth_members IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(300)';
  const held = machine.exec(['psql', '-XAtq', '-U', 'postgres', '-c', lock]);
  const locks =
    "SELECT pid FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND relation = 'pg_auth_members'::regclass";
  await model.waitFor(async () => (await serverSql(model, cluster.primary, locks)).length > 0);
  for (const unit of [cluster.primary, standby()]) await look(model, unit);
  await model.waitSettled();
  expect(await published(model, relations)).toEqual(before);
  await serverSql(model, cluster.primary, `SELECT pg_terminate_backend(pid) FROM (${locks}) holders`);
  await held;
  for (const name of familyNames(model)) expect(await familySql(model, name, 'SELECT 1')).toBe('1');
  await look(model, cluster.primary);
  await waitActive(model);
  expect(await published(model, relations)).toEqual(before);
});
