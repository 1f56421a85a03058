import { afterAll, describe, expect, test } from 'vitest';
import type { Model } from '../../testbed/api/index.ts';
import { eventually } from './support/cluster/eventually.ts';
import { messagesOf, waitCluster } from './support/cluster/members.ts';
import { look } from './support/cluster/operator.ts';
import { publishedBy, statusOf } from './support/cluster/published.ts';
import { client, clientSql, deployClient, deployServer, openStory, server } from './support/deployment.ts';
import { oneStory } from './support/one-story.ts';

// Data that is damaged, and data that only cannot be read. The first of a standby is replaced, the second never.

const standby = 'postgresql/1';
const data = '/var/lib/postgresql/15/main';
const stop = 'systemctl stop postgresql@15-main';

let model: Model;

oneStory();
afterAll(() => model?.destroy());

const on = async (unit: string, command: string): Promise<string> =>
  (await model.machineOf(unit)).sh(command);

describe('a primary that leads, a standby and a client', () => {
  test('are deployed', async () => {
    model = await openStory('unknown-data');
    await deployServer(model, { units: 2 });
    await deployClient(model);
    await model.integrate('postgresql:db', 'client:db');
    await model.faults.takeLeadership('postgresql', server);
    await waitCluster(model, 1, { primary: server });
    await clientSql(model, 'CREATE TABLE greeting AS SELECT 1 AS number');
  });

  test('data of the standby that belongs to another account is left alone until it is given back', async () => {
    const before = await publishedBy(model);
    await on(standby, `${stop}; chown -R 4711 ${data}`);
    await look(model, standby);
    expect(await statusOf(model, standby)).toMatch(/belongs to .*4711.*chown -R postgres:postgres/);
    expect((await publishedBy(model)).epoch).toBe(before.epoch);
    await on(standby, `chown -R postgres:postgres ${data}`);
    await look(model, standby);
    await waitCluster(model, 1, { primary: server });
    expect(await on(standby, `ls -d ${data}.aside-* 2>/dev/null | wc -l`)).toBe('0\n');
  });

  test('a standby whose pg_control is empty is copied anew', async () => {
    await on(standby, `${stop}; truncate -s0 ${data}/global/pg_control`);
    await look(model, standby);
    await eventually('it says why it is copied anew', async () =>
      (await messagesOf(model, standby)).some((message) =>
        /^Its data is damaged \(.*pg_control.*\): re-cloning from/.test(message),
      )
        ? true
        : null,
    );
    await waitCluster(model, 1, { primary: server });
  });

  test('a primary whose pg_control is empty says so, and nobody touches its data', async () => {
    await on(server, `${stop}; truncate -s0 ${data}/global/pg_control`);
    const seen = await on(server, `find ${data} -type f | wc -l`);
    await look(model, server);
    expect(await statusOf(model, server)).toMatch(/^blocked: Its data is damaged \(.*pg_control.*failover/);
    expect(await on(server, `find ${data} -type f | wc -l`)).toBe(seen);
    expect(await on(server, `ls -d ${data}.aside-* 2>/dev/null | wc -l`)).toBe('0\n');
  });

  test('it can be removed, and the standby takes over', async () => {
    await model.removeUnit(server);
    await model.waitGone(server);
    await waitCluster(model, 0, { primary: standby });
    expect(await clientSql(model, 'SELECT number FROM greeting')).toBe('1');
  });

  test('no hook has failed in all that', async () => {
    const hooks = (await Promise.all([standby, client].map((unit) => model.history(unit)))).flat();
    expect(hooks.filter(({ exitCode, error }) => exitCode !== 0 || error !== null)).toEqual([]);
  });
});
