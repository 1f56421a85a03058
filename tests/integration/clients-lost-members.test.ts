import { afterAll, expect, test } from 'vitest';
import type { Model } from '../../testbed/api/index.ts';
import { eventually } from './support/cluster/eventually.ts';
import { type Cluster, waitCluster } from './support/cluster/members.ts';
import { breakStream, giveUp, look, otherLeader } from './support/cluster/operator.ts';
import { deployClient, deployServer, openStory, waitActive } from './support/deployment.ts';
import { oneStory } from './support/one-story.ts';
import { published } from './support/published.ts';
import { serverSql } from './support/server-sql.ts';

// Members that are lost, one after the other: new clients do not wait for them, and nobody is led to them.

let model: Model;
let cluster: Cluster;
const relations: Record<string, number> = {};
const libraryCharm = new URL('../clients/pgclient-library', import.meta.url).pathname;

oneStory();
afterAll(() => model?.destroy());

/** Deploys a client of the library's rules beside the first one and relates it. */
async function relate(name: string, library: 'reactive' | 'di0' | 'di1'): Promise<void> {
  const endpoint = library === 'reactive' ? 'db' : 'database';
  const config = { library, database: `${name}_data` };
  await model.deploy(libraryCharm, { application: name, config, to: ['3'] });
  relations[name] = await model.integrate(`postgresql:${endpoint}`, `${name}:${endpoint}`);
}

const address = async (unit: string): Promise<string> => (await model.machineOf(unit)).address;

/** Waits until a client says that it is connected to the server of `unit`. */
async function waitServed(name: string, unit: string): Promise<void> {
  const host = await address(unit);
  await model.waitFor(
    async () => {
      const message = (await model.unit(`${name}/0`))?.['workload-status'].message ?? '';
      return message.startsWith(`connected to ${host}/`);
    },
    { describe: `${name} is connected to ${unit}` },
  );
}

/** The standbys that clients are told of by the units that live: over `db` by each of them, over `database` by the leader. */
async function readers(living: readonly string[]): Promise<string[][]> {
  const told = await published(model, relations);
  const found = Object.values(told).flatMap(({ application, units }) => {
    const endpoints = application['read-only-endpoints'];
    if (endpoints !== undefined) return [endpoints.split(',').map((each) => each.replace(/:\d+$/, ''))];
    if (application['requests'] !== undefined) {
      const [response] = JSON.parse(application['requests']) as { 'read-only-endpoints'?: string }[];
      return [(response?.['read-only-endpoints'] ?? '').split(',').map((each) => each.replace(/:\d+$/, ''))];
    }
    return living.map((unit) =>
      (units[unit]?.['standbys'] ?? '').split('\n').flatMap((text) => /host=(\S+)/.exec(text)?.[1] ?? []),
    );
  });
  return found;
}

/** Waits until everybody names exactly these as readers; a cluster without any names its primary over `database`. */
async function waitReaders(primary: string, standbys: readonly string[]): Promise<void> {
  const hosts = (await Promise.all(standbys.map(address))).toSorted();
  const self = await address(primary);
  await model.waitFor(
    async () =>
      (await readers([primary, ...standbys])).every((told) => {
        const sorted = told.filter((host) => hosts.length > 0 || host !== self).toSorted();
        return sorted.join() === hosts.join();
      }),
    { describe: `readers are ${standbys.join()}`, timeoutMs: 180_000 },
  );
}

const revisions = async (): Promise<number> =>
  (await model.secrets())
    .filter(({ label }) => label.startsWith('database.'))
    .reduce((sum, { latestRevision }) => sum + latestRevision, 0);

test('a primary and two standbys, and clients of three families', async () => {
  model = await openStory('lost-members');
  await deployServer(model, { units: 3 });
  await deployClient(model, { config: { database: 'shop' } });
  relations['client'] = await model.integrate('postgresql:db', 'client:db');
  await relate('reactive', 'reactive');
  await relate('interfaces', 'di0');
  cluster = await waitCluster(model, 2);
  await waitActive(model);
  await waitReaders(cluster.primary, cluster.standbys);
});

test('a standby whose server stops and is started again costs no client a hook', async () => {
  const [standby = ''] = cluster.standbys;
  const before = [await published(model, relations), await revisions()];
  await (await model.machineOf(standby)).sh('systemctl stop postgresql@15-main');
  await look(model, standby);
  await waitCluster(model, 2, { primary: cluster.primary });
  expect([await published(model, relations), await revisions()]).toEqual(before);
});

test('with a standby dead a new client is served at once; soon nobody is led to the dead one', async () => {
  const [dead = '', left = ''] = cluster.standbys;
  await (await model.machineOf(dead)).kill();
  if ((await model.leaderOf('postgresql')) === dead) await otherLeader(model, dead);
  await model.faults.takeLeadership('postgresql', cluster.primary);
  await relate('newest', 'di1');
  await relate('later', 'di0');
  await waitServed('newest', cluster.primary);
  await waitServed('later', cluster.primary);
  const sender = `SELECT 1 FROM pg_stat_replication WHERE application_name = '${dead.replace('/', '_')}'`;
  await model.waitFor(async () => (await serverSql(model, cluster.primary, sender)).length === 0, {
    describe: `${cluster.primary} has given up sending to ${dead}`,
    timeoutMs: 180_000,
  });
  await look(model, cluster.primary);
  await waitReaders(cluster.primary, [left]);
});

/** Gives up a member that does not report, once it is the only one that the freeze waits for. */
async function giveUpSilent(unit: string): Promise<void> {
  await eventually(`the freeze waits for ${unit} alone`, async () => {
    const { message } = await model.run('postgresql/leader', 'failover');
    return message.startsWith(`${unit} would be given up`) ? true : null;
  });
  const task = await model.run('postgresql/leader', 'failover', { confirm: true });
  expect(task.status, task.message).toBe('completed');
}

test('when the primary is given up, and the standby that was dead before, the one that is left offers itself alone', async () => {
  const [dead = '', left = ''] = cluster.standbys;
  await (await model.machineOf(cluster.primary)).kill();
  if ((await model.leaderOf('postgresql')) !== left) {
    await model.faults.takeLeadership('postgresql', left);
  }
  await breakStream(model, left);
  await giveUp(model, cluster.primary);
  await giveUpSilent(dead);
  for (const name of ['interfaces', 'newest', 'later']) await waitServed(name, left);
  await waitReaders(left, []);
});

// Decision 4: what a dead unit has said over `db` stays until that unit is removed, or is back.
test('a client that looks for the primary among the units finds it when the dead one is removed by force', async () => {
  const [, left = ''] = cluster.standbys;
  await model.removeUnit(cluster.primary, { force: true });
  await model.waitGone(cluster.primary);
  await waitServed('client', left);
});

test('the one that comes back is offered when it streams, and one that believes any unit is led to the primary', async () => {
  const [dead = '', left = ''] = cluster.standbys;
  await (await model.machineOf(dead)).boot();
  await waitCluster(model, 1, { primary: left });
  await waitReaders(left, [dead]);
  await waitServed('reactive', left);
});
