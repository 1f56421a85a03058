import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Model, openModel } from '../../../testbed/api/index.ts';
import { charm, events, inEachMode, type Stage } from './stage.ts';

// Relations between two models on one computer.

inEachMode((juju) => {
  let offering: Stage;
  let consuming: Stage;
  const open: Model[] = [];
  beforeAll(async () => {
    const config = { 'update-status-hook-interval': '24h', 'testbed-retry-base-ms': 200 };
    const id = juju.replace('.', '');
    const make = async (name: string, charmName: string): Promise<Stage> => {
      const model = await openModel(`${name}-${id}`, { juju, config });
      open.push(model);
      const stage = { juju, model };
      await model.deploy(await charm(stage, charmName));
      await model.waitSettled();
      return stage;
    };
    [offering, consuming] = await Promise.all([make('offering', 'server'), make('consuming', 'client')]);
  });
  afterAll(async () => {
    await Promise.all(open.map((model) => model.destroy()));
  });

  test('offered, consumed, related: the offering side sees an opaque name, the consumer its alias', async () => {
    const { url } = await offering.model.client.call('offer', { application: 'server', endpoints: ['db'] });
    expect(url).toBe(`admin/${offering.model.name}.server`);
    const { application } = await consuming.model.client.call('consume', { url, alias: 'remote-db' });
    expect(application).toBe('remote-db');
    await consuming.model.integrate('client:db', 'remote-db:db');
    await consuming.model.waitFor(async () =>
      (await events(consuming, 'client/0')).some((e) => e.includes('db-relation-joined')),
    );
    await offering.model.waitFor(async () =>
      (await events(offering, 'server/0')).some((e) => e.includes('db-relation-joined')),
    );
    expect(await events(consuming, 'client/0')).toContain(
      'db-relation-joined app=remote-db unit=remote-db/0',
    );
    const [, remote = ''] =
      /db-relation-joined app=(\S+)/.exec((await events(offering, 'server/0')).join('\n')) ?? [];
    expect(remote).toMatch(/^remote-[0-9a-f]{32}$/);
    expect(await events(offering, 'server/0')).toContain(`db-relation-joined app=${remote} unit=${remote}/0`);
  });

  test('bags cross over, both ways', async () => {
    await offering.model.exec('server/0', 'relation-set -r $(relation-ids db) from=offer');
    await offering.model.exec('server/0', 'relation-set --app -r $(relation-ids db) app=bag');
    await consuming.model.exec('client/0', 'relation-set -r $(relation-ids db) from=client');
    const read = (stage: Stage, unit: string, command: string) =>
      stage.model.waitFor(async () => {
        const ran = await stage.model.exec(unit, command);
        return ran.exitCode === 0 && ran.stdout !== '' ? ran.stdout : null;
      });
    expect(await read(consuming, 'client/0', 'relation-get -r $(relation-ids db) from remote-db/0')).toBe(
      'offer\n',
    );
    expect(await read(consuming, 'client/0', 'relation-get --app -r $(relation-ids db) app remote-db')).toBe(
      'bag\n',
    );
    const own = 'r=$(relation-ids db); relation-get -r $r from $(relation-list -r $r)';
    expect(await read(offering, 'server/0', own)).toBe('client\n');
  });

  test('removing the relation departs and breaks on both sides', async () => {
    const { relations } = { relations: await consuming.model.relations() };
    await consuming.model.removeRelation(relations[0]?.id ?? 0);
    const broken = (stage: Stage, unit: string) =>
      stage.model.waitFor(async () =>
        (await events(stage, unit)).some((event) => event.startsWith('db-relation-broken')),
      );
    await broken(consuming, 'client/0');
    await broken(offering, 'server/0');
  });
});
