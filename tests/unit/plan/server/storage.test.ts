import { describe, expect, test } from 'vitest';
import { makePlan, stepsOf } from '../../../../src/plan/plan.ts';
import { clusterPlace } from '../../../../src/server/place.ts';
import {
  committed,
  known,
  means,
  observed,
  options,
  peerFacts,
  runningServer,
  verdictsOf,
} from '../examples/observations.ts';

const storageLocation = '/srv/pgdata/0';
const peer = peerFacts(committed);
const machine = observed().machine;

describe('storage that came with data', () => {
  const of = (path: string) =>
    makePlan(
      observed({
        juju: { peer, storageLocation },
        server: { installedMajor: 15 },
        rest: {
          credentials: known,
          verdicts: verdictsOf(options),
          machine: { ...machine, otherData: [{ path, version: '13' }] },
        },
      }),
      means,
      [],
    );

  test('of another major is refused and named, and no cluster is made beside it', () => {
    const plan = of('/srv/pgdata/0/13/main');
    expect(stepsOf(plan).map(({ kind }) => kind)).not.toContain('cluster.create');
    expect(plan.status.state).toBe('blocked');
    expect(plan.status.message).toContain('holds data of PostgreSQL 13 in /srv/pgdata/0/13/main');
    expect(plan.status.message).toContain('this unit would run 15');
  });

  test('in its own place is what the cluster is made of', () => {
    expect(stepsOf(of('/srv/pgdata/0/15/main')).map(({ kind }) => kind)).toContain('cluster.create');
  });
});

test('storage that is added later is named as not used', () => {
  const seen = observed({
    juju: { peer, storageLocation },
    server: runningServer({}),
    rest: { credentials: known },
  });
  const shown = (one: typeof seen): string =>
    makePlan(one, means, [])
      .problems.map(({ message }) => message)
      .join();
  expect(shown(seen)).toContain('/srv/pgdata/0 is not used');
  const gone = { ...seen, event: { ...seen.event, hook: 'pgdata-storage-detaching' } };
  expect(shown(gone)).not.toContain('/srv/pgdata/0');
  expect(makePlan(gone, means, []).memory.detaching).toBe(false);
});

describe('storage that is detached from a unit that stays', () => {
  const server = { ...runningServer({}), place: clusterPlace(15, storageLocation) };

  test('has its server stopped cleanly first, and it stays down', () => {
    const goes = observed({
      hook: 'pgdata-storage-detaching',
      juju: { peer, storageLocation },
      server,
      rest: { credentials: known },
    });
    const plan = makePlan(goes, means, []);
    expect(stepsOf(plan)).toMatchObject([{ kind: 'server.stop', checkpoint: true }]);
    expect(plan.memory).toMatchObject({ detaching: true, storageLocation });
    const down = { ...server, state: 'down' as const, running: null };
    const next = observed({
      juju: { peer },
      server: down,
      memory: plan.memory,
      rest: { credentials: known },
    });
    expect(stepsOf(makePlan(next, means, [])).map(({ kind }) => kind)).not.toContain('server.start');
    const back = observed({ juju: { peer, storageLocation }, server: down, memory: plan.memory });
    expect(makePlan(back, means, []).memory.detaching).toBe(false);
  });
});
