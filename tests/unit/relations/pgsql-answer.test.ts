import { describe, expect, test } from 'vitest';
import type { ClusterView } from '../../../src/relations/cluster-view.ts';
import type { ClientRelation } from '../../../src/relations/relation-facts.ts';
import { classicPrimary } from './readiness/classic.ts';
import { opsConnection } from './readiness/ops-charms.ts';
import { reactiveConnection } from './readiness/reactive.ts';
import { answerTo, bagOf, clusterOf, filled, readOf, readyOn, relationOf, unitBag } from './scene.ts';

const answer = (cluster: ClusterView, more: Partial<ClientRelation> = {}) =>
  answerTo(relationOf(more), cluster);
const unitOf = (cluster: ClusterView, more: Partial<ClientRelation> = {}) =>
  bagOf(answer(cluster, more).unit);

const twoUnits = { 'app/0': unitBag('10.0.0.9'), 'app/1': unitBag('10.0.1.9') };
const asking = {
  remoteUnits: twoUnits,
  remoteApplicationBag: { database: 'appdb', extensions: 'citext:public' },
};
const markOf = (more: Partial<ClientRelation>): string => readOf(relationOf(more)).requests[0]?.mark ?? '';
const pw = filled([{ passwordOf: 'juju_app' }]);
const string = (host: string, database = 'appdb') =>
  `dbname=${database} host=${host} password=${pw} port=5432 user=juju_app`;

describe('what a unit publishes over db', () => {
  test('one unit alone', () => {
    expect(unitOf(clusterOf(1))).toEqual({
      'allowed-subnets': '10.0.0.9/32',
      'allowed-units': 'app/0',
      database: 'app',
      host: '10.0.0.1',
      master: string('10.0.0.1', 'app'),
      password: pw,
      port: '5432',
      schema_password: pw,
      schema_user: 'juju_app',
      state: 'standalone',
      user: 'juju_app',
      version: '15',
    });
  });

  test('a request that is not met takes nothing away: all that was answered before stays', () => {
    const had = { ...asking, remoteApplicationBag: { database: 'appdb', extensions: 'hstore' } };
    const before = unitOf(clusterOf(3), had);
    const { ready } = clusterOf(3);
    const marks = Object.keys(ready['db:3'] ?? {}).map((unit) => [unit, [markOf(had)]] as const);
    const cluster = clusterOf(3, 0, { ready: { 'db:3': Object.fromEntries(marks) } });
    const newer: Partial<ClientRelation>[] = [
      { remoteApplicationBag: { database: 'appdb', extensions: 'hstore,no_such' } },
      { remoteApplicationBag: { database: 'appdb', roles: 'postgres', extensions: 'hstore' } },
      { remoteApplicationBag: { database: 'postgres' } },
      { remoteApplicationBag: { database: 'other' } },
      { remoteApplicationBag: {} },
    ];
    for (const more of newer) {
      expect(unitOf(cluster, { ...asking, ...more, ownBag: before })).toEqual(before);
    }
    // A new client gets nothing for it.
    for (const more of newer) expect(answer(cluster, { ...asking, ...more }).unit).toBeNull();
  });

  test('a standby of three, two client units, a request', () => {
    expect(unitOf(clusterOf(3, 1), asking)).toEqual({
      'allowed-subnets': '10.0.0.9/32,10.0.1.9/32',
      'allowed-units': 'app/0 app/1',
      database: 'appdb',
      extensions: 'citext:public',
      host: '10.0.0.2',
      master: string('10.0.0.1'),
      password: pw,
      port: '5432',
      schema_password: pw,
      schema_user: 'juju_app',
      standbys: `${string('10.0.0.2')}\n${string('10.0.0.3')}`,
      state: 'hot standby',
      user: 'juju_app',
      version: '15',
    });
  });

  test('the application bag says what is the same for all, and only the leader writes it', () => {
    expect(bagOf(answer(clusterOf(3, 0), asking).application)).toEqual({
      'allowed-subnets': '10.0.0.9/32,10.0.1.9/32',
      database: 'appdb',
      extensions: 'citext:public',
      master: string('10.0.0.1'),
      standbys: `${string('10.0.0.2')}\n${string('10.0.0.3')}`,
      version: '15',
    });
    expect(answer(clusterOf(3, 1), asking).application).toBeNull();
  });

  test('a client that does not write application bags gets none: it may not know hooks that name no unit', () => {
    const remoteUnits = { 'app/0': unitBag('10.0.0.9', { database: 'appdb' }) };
    expect(answer(clusterOf(1), { remoteUnits }).application).toBeNull();
  });

  test('endpoint master echoes neither roles nor extensions', () => {
    const bag = unitOf(clusterOf(1), { ...asking, id: 'master:5', endpoint: 'master' });
    expect(bag).not.toHaveProperty('extensions');
    expect(bag['user']).toBe('jujurepl_app');
  });

  test('during a failover nobody is master, and the old one is named nowhere', () => {
    const cluster = clusterOf(3, 1, { primary: null });
    const servers = cluster.servers.slice(1);
    const bag = unitOf({ ...cluster, servers }, asking);
    expect(bag['state']).toBe('failover');
    expect(bag['standbys']).toBe(`${string('10.0.0.2')}\n${string('10.0.0.3')}`);
    expect(answer({ ...cluster, servers }, asking).unit).toHaveProperty('master', '');
  });

  test('a unit that does not let the client in yet says nothing, and others do not name it', () => {
    const ready = readyOn(['postgresql/0', 'postgresql/2'], 'db:3');
    expect(answer(clusterOf(3, 1, { ready }), asking)).toMatchObject({ unit: null, application: null });
    expect(unitOf(clusterOf(3, 0, { ready }), asking)['standbys']).toBe(string('10.0.0.3'));
  });

  test('a unit whose server is down keeps its answer in step', () => {
    const ownBag = { host: '10.0.0.2', user: 'juju_app', database: 'appdb', extensions: 'citext:public' };
    const cluster = clusterOf(3, 1, {
      primary: 'postgresql/2',
      state: 'failover',
      ready: readyOn(['postgresql/2'], 'db:3'),
    });
    const bag = unitOf(cluster, { ...asking, ownBag });
    expect(bag).toMatchObject({ state: 'failover', master: string('10.0.0.3'), host: '10.0.0.2' });
    expect(bag).not.toHaveProperty('standbys');
  });

  test('a changed request is answered when the primary has met it, on standbys too', () => {
    const ownBag = { host: '10.0.0.2', user: 'juju_app', database: 'olddb' };
    const ready = readyOn(['postgresql/0'], 'db:3');
    const standby = clusterOf(2, 1, { ready });
    expect(unitOf(standby, { ...asking, ownBag })).toMatchObject({
      database: 'appdb',
      extensions: 'citext:public',
    });
    expect(unitOf(clusterOf(2, 1, { ready: {} }), { ...asking, ownBag })).toMatchObject({
      database: 'olddb',
    });
  });

  test('while rules are not loaded yet no more units are allowed than before', () => {
    const ownBag = {
      host: '10.0.0.1',
      user: 'juju_app',
      database: 'app',
      'allowed-units': 'app/0',
      'allowed-subnets': '10.0.0.9/32',
    };
    const told = unitOf(clusterOf(1, 0, { rulesLoaded: false }), { remoteUnits: twoUnits, ownBag });
    expect(told).toMatchObject({ 'allowed-units': 'app/0', 'allowed-subnets': '10.0.0.9/32' });
  });

  test('addresses are those of the endpoint: from network-get for this unit, as published for others', () => {
    const cluster = clusterOf(2, 0);
    const servers = cluster.servers.map((server, index) =>
      index === 1 ? { ...server, addresses: { db: '192.0.2.2' } } : server,
    );
    const bag = unitOf({ ...cluster, servers }, { ...asking, ingressAddress: '192.0.2.1' });
    expect(bag).toMatchObject({
      host: '192.0.2.1',
      master: string('192.0.2.1'),
      standbys: string('192.0.2.2'),
    });
  });

  test('names with blanks, quotes and backslashes are quoted for libpq, others are not', () => {
    const bag = unitOf(clusterOf(1), { remoteApplicationBag: { database: `my "da'ta` } });
    expect(bag['master']).toContain(`dbname='my "da\\'ta' host=10.0.0.1`);
  });

  test('a refused request and a broken relation are not answered', () => {
    expect(answer(clusterOf(1), { remoteApplicationBag: { database: 'postgres' } })).toMatchObject({
      unit: null,
      application: null,
    });
    expect(answer(clusterOf(1), { broken: true })).toMatchObject({ unit: null, application: null });
  });
});

describe('every family of clients is ready with it', () => {
  const requests = [
    { database: '', roles: '', extensions: '' },
    { database: 'appdb', roles: 'reader,writer', extensions: 'citext:public,hstore(public)' },
  ];
  for (const request of requests) {
    test.each([1, 3])(`of %i units, asking ${JSON.stringify(request)}`, (count) => {
      const relation = { remoteUnits: twoUnits, remoteApplicationBag: request };
      const bags = Array.from({ length: count }, (_, own) => unitOf(clusterOf(count, own), relation));
      const database = request.database || 'app';
      const client = { ...request, unit: 'app/1', egress: ['10.0.1.9/32'] };
      expect(classicPrimary(bags, 'app/1', request.database)).toMatchObject({ host: '10.0.0.1', database });
      expect(classicPrimary(bags, 'app/2', request.database)).toBeNull();
      const standbys = count === 1 ? [] : [string('10.0.0.2', database), string('10.0.0.3', database)];
      expect(reactiveConnection(bags, client)).toEqual({ master: string('10.0.0.1', database), standbys });
      expect(reactiveConnection(bags, { ...client, egress: ['10.0.2.9/32'] })).toBeNull();
      const application = bagOf(answer(clusterOf(count), relation).application);
      expect(opsConnection(application, bags, 'master', client)).toBe(string('10.0.0.1', database));
      expect(opsConnection(application, bags, 'standbys', client)).toBe(
        standbys.length > 0 ? standbys.join('\n') : null,
      );
    });
  }
});
