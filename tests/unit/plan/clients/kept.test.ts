import { describe, expect, test } from 'vitest';
import type { Observation } from '../../../../src/plan/observation.ts';
import type { ClientRelation } from '../../../../src/relations/relation-facts.ts';
import { settle } from '../../../effects/settle.ts';
import { clientRelation, committed, means, peerFacts, running } from '../examples/observations.ts';
import { overDatabase, overDb, served, told, unitBag } from '../examples/served.ts';

// A primary that serves clients, and something that cannot be had or cannot be seen: what they were told stays.

/** The same observation with other requests; own bags stay. */
function asking(seen: Observation, more: Partial<Record<string, ClientRelation>>): Observation {
  const clients = seen.juju.clients.map((client) => {
    const { remoteApplicationBag, remoteUnits } = more[client.id] ?? client;
    return { ...client, remoteApplicationBag, remoteUnits };
  });
  return { ...seen, juju: { ...seen.juju, clients } };
}

const hba = ({ server }: Observation): string[] =>
  Object.entries(server.files).flatMap(([path, text]) =>
    path.endsWith('pg_hba.conf') ? (text ?? '').split('\n').filter((line) => /juju/.test(line)) : [],
  );

test('both are served', () => {
  const [db, database] = served().juju.clients;
  expect(db?.ownBag).toMatchObject({
    extensions: 'citext',
    roles: 'readers',
    master: expect.stringContaining('dbname=web'),
  });
  expect(database?.ownApplicationBag).toMatchObject({ username: 'juju_shop', endpoints: '10.0.0.1:5432' });
});

describe('a request that cannot be met', () => {
  const unmet: [string, Record<string, ClientRelation>, RegExp][] = [
    ['an extension', { 'db:3': overDb({ extensions: 'citext,nowhere' }) }, /"nowhere"/],
    ['a role', { 'db:3': overDb({ roles: 'readers,postgres' }) }, /"postgres" is reserved/],
    ['a database', { 'db:3': overDb({ database: 'template1' }) }, /"template1"/],
    [
      'a role over database',
      { 'database:6': overDatabase({ 'extra-user-roles': 'readers,pg_monitor' }) },
      /"pg_monitor"/,
    ],
    ['a database over database', { 'database:6': overDatabase({ database: 'postgres' }) }, /"postgres"/],
    [
      'a list that nobody can read',
      { 'database:6': overDatabase({ 'requested-secrets': '[' }) },
      /requested-secrets/,
    ],
  ];
  test.each(unmet)('%s takes nothing away, on the server or in bags', (_, more, why) => {
    const before = served();
    for (const leader of [true, false]) {
      const asked = asking(before, more);
      const { observation, plan, taken } = settle({ ...asked, juju: { ...asked.juju, leader } }, means);
      expect(told(observation)).toEqual(told(before));
      expect(hba(observation)).toEqual(hba(before));
      expect(taken.filter((kind) => kind !== 'bag.set')).toEqual([]);
      expect(plan.status).toMatchObject({ state: 'blocked', message: expect.stringMatching(why) });
      const well = asking(observation, { 'db:3': overDb(), 'database:6': overDatabase() });
      expect(settle(well, means).plan.status.state).toBe('active');
    }
  });

  test('all of them are named: in the status, once in the log, in the plan', () => {
    const more = {
      'db:3': overDb({ extensions: 'nowhere,elsewhere', roles: 'postgres' }),
      'database:6': overDatabase({ 'extra-user-roles': 'pg_monitor,SUPERUSSER' }),
    };
    const { observation, plan } = settle(asking(served(), more), means);
    const names = ['nowhere', 'elsewhere', 'postgres', 'pg_monitor', 'SUPERUSSER'];
    // Roles are refused by their names, before anybody asks the server for extensions.
    const found = names.filter((name) => plan.problems.some(({ message }) => message.includes(name)));
    expect(found).toEqual(['postgres', 'pg_monitor', 'SUPERUSSER']);
    expect(plan.status.message).toMatch(/db:3 \(webapp\).*database:6 \(shop\)/);
    expect(plan.notices).toEqual([]);
    expect(plan.applicationStatus?.message).toMatch(
      /; requests of 2 clients cannot be met: see postgresql\/0$/,
    );
    const first = settle(asking(served(), more), means);
    expect(first.observation.memory.problems).toHaveLength(3);
    const extensions = { 'db:3': overDb({ extensions: 'nowhere,elsewhere' }) };
    const both = settle(asking(observation, extensions), means).plan;
    expect(both.status.message).toMatch(/"elsewhere".*"nowhere"/);
  });

  test('more than fit are counted', () => {
    const clients = Array.from({ length: 12 }, (_, index) =>
      clientRelation({
        id: `db:${index + 10}`,
        remoteApplication: `app${index}`,
        remoteUnits: { [`app${index}/0`]: unitBag({ database: 'postgres' }) },
      }),
    );
    const seen = served();
    const { plan } = settle({ ...seen, juju: { ...seen.juju, clients } }, means);
    expect(plan.problems).toHaveLength(12);
    expect(plan.status.message).toMatch(
      /^Live master \(15\.9\); db:10 .*; and \d+ more: see the log, or charm plan$/,
    );
    expect(plan.status.message.length).toBeLessThanOrEqual(400);
  });
});

describe('something that cannot be seen now', () => {
  const blind: [string, (seen: Observation) => Observation][] = [
    ['roles and databases', (seen) => ({ ...seen, catalog: null })],
    ['the passwords', (seen) => ({ ...seen, credentials: { ...seen.credentials, fingerprints: {} } })],
    [
      'whether the server has loaded its rules',
      (seen) => ({
        ...seen,
        server: {
          ...seen.server,
          running: {
            ...(seen.server.running ?? running),
            unloaded: Object.keys(seen.server.files).filter((path) => path.endsWith('pg_hba.conf')),
            fileErrors: { settings: [], access: ['pg_hba.conf line 7: nonsense'] },
          },
        },
      }),
    ],
    [
      'this unit’s address',
      (seen) => ({
        ...seen,
        juju: {
          ...seen.juju,
          clients: seen.juju.clients.map((client) => ({ ...client, ingressAddress: null })),
        },
      }),
    ],
    [
      'one database',
      (seen) => ({
        ...seen,
        catalog: seen.catalog && {
          ...seen.catalog,
          inside: seen.catalog.inside.filter(({ name }) => name !== 'web'),
          unreadable: { web: 'time is up' },
        },
      }),
    ],
  ];
  test.each(blind)('%s: all stays as it was', (_, change) => {
    const before = served();
    const { observation, taken } = settle(change(before), means);
    expect(told(observation)).toEqual(told(before));
    // The reason why something cannot be met is a note to the other units.
    expect(taken.filter((kind) => kind !== 'server.reload' && kind !== 'bag.set')).toEqual([]);
  });

  test('the bag of the unit that is named primary: answers wait', () => {
    const before = served();
    const { decision } = committed;
    const other = decision
      .replace('"primary":"postgresql/0"', '"primary":"postgresql/1"')
      .replace('"epoch":1', '"epoch":2');
    const bag = { ...before.juju.peer?.application, decision: other };
    const peer = peerFacts(bag, {
      ...before.juju.peer,
      committed: bag,
      application: bag,
      members: { 'postgresql/1': { role: 'primry' } },
    });
    const { observation } = settle(
      {
        ...before,
        juju: { ...before.juju, leader: false, peer },
        server: { ...before.server, running: { ...running, inRecovery: true } },
      },
      means,
    );
    const bags = observation.juju.clients.map(({ ownBag }) => ownBag);
    expect(bags).toEqual(before.juju.clients.map(({ ownBag }) => ownBag));
  });
});
