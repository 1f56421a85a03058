import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Model, zipCharm } from '../../testbed/api/index.ts';
import { clientSql, deployServer, openStory, server, waitActive } from './support/deployment.ts';
import { serverSql } from './support/server-sql.ts';

// Differences between Juju's versions: secrets (none in 2.9), leader settings, how the machine calls the charm. Data is on storage.

describe.each(['2.9', '4.0'] as const)('Juju %s', (juju) => {
  let model: Model;
  const folder = mkdtempSync(join(tmpdir(), 'client-charm-'));

  beforeAll(async () => {
    model = await openStory(`modes-${juju.replace('.', '')}`, { juju });
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await model?.destroy();
  });

  test('deploys with its data on storage, and serves a client', async () => {
    await deployServer(model, { storage: { pgdata: '1G' } });
    // Juju 4 takes packed charms only.
    const packed = await zipCharm(
      join(import.meta.dirname, '../clients/pgclient-classic'),
      join(folder, 'client.charm'),
    );
    await model.deploy(packed, { application: 'client' });
    await model.integrate('postgresql:db', 'client:db');
    await waitActive(model);
    const [directory = ''] = await serverSql(model, server, 'SHOW data_directory');
    expect(directory).toBe('/srv/pgdata/0/15/main');
    const machine = await model.machineOf(server);
    expect(await machine.sh('readlink /var/lib/postgresql/15/main')).toBe(`${directory}\n`);
    await clientSql(model, 'CREATE TABLE kept AS SELECT 1 AS number');
    expect(await clientSql(model, 'SELECT number FROM kept')).toBe('1');
  });

  test('keeps the root of its passwords where this version can', async () => {
    const peer = (await model.relations()).find(({ endpoints }) => endpoints[0]?.endpoint === 'replication');
    const bag = peer?.applications['postgresql'] ?? {};
    expect(Object.keys(bag)).toContain(juju === '2.9' ? 'credentials-root' : 'credentials');
    const { stdout } = await model.exec(server, 'dist/charm observe');
    expect(stdout).not.toContain(bag['credentials-root'] ?? 'no such text');
  });

  test('plans nothing when settled, on the machine as in a hook', async () => {
    const machine = await model.machineOf(server);
    const program = '/var/lib/juju/agents/unit-postgresql-0/charm/dist/charm';
    expect(JSON.parse(await machine.sh(`${program} plan`))).toMatchObject({ lanes: [] });
  });

  test('a removed unit stops its server and leaves the data', async () => {
    const [before] = await model.storage();
    await model.removeUnit(server);
    await model.waitGone(server);
    const [after] = await model.storage();
    expect(after?.id).toBe(before?.id);
    const failed = (await model.history(server).catch(() => [])).filter(({ exitCode }) => exitCode !== 0);
    expect(failed).toEqual([]);
  });
});
