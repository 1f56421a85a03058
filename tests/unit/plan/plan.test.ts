import { describe, expect, test } from 'vitest';
import { encodeDecision } from '../../../src/cluster/bags/decision.ts';
import type { Observation } from '../../../src/plan/observation.ts';
import { makePlan, type Plan, stepsOf } from '../../../src/plan/plan.ts';
import { readyCatalog } from '../../effects/catalog.ts';
import { settle as settleWith } from '../../effects/settle.ts';
import {
  clientRelation,
  committed,
  known,
  later,
  means,
  named,
  observed,
  options,
  peerFacts,
  running,
  runningServer,
} from './examples/observations.ts';

const planOf = (observation: Observation): Plan => makePlan(observation, means, []);
const laneKinds = ({ lanes }: Plan, name: string): string[] =>
  lanes.find((lane) => lane.name === name)?.steps.map(({ kind }) => kind) ?? [];
const kinds = (plan: Plan): string[] => stepsOf(plan).map(({ kind }) => kind);

const settle = (start: Observation) => settleWith(start, means);

describe('a first deployment', () => {
  test('install: packages, before Juju has made the peer relation', () => {
    const plan = planOf(observed({ hook: 'install', juju: { portOpen: false } }));
    expect(kinds(plan)).toEqual(['port.open', 'job.start']);
    expect(plan.status.state).toBe('maintenance');
  });

  test('the leader makes the root of passwords, then names itself, and acts in a later hook only', () => {
    const start = observed({ juju: { peer: peerFacts({}) }, server: { installedMajor: 15 } });
    expect(laneKinds(planOf(start), 'passwords')).toEqual(['credentials.create']);
    const { taken, observation } = settle({ ...start, credentials: known });
    expect(taken).toEqual(['bag.set', 'bag.set', 'wake.self']);
    expect(observation.juju.peer?.application['decision']).toContain('"primary":"postgresql/0"');
  });

  test('a leader whose hook has taken long decides in a fresh one', () => {
    const asked = { askedAt: later(-21), peer: peerFacts({}) };
    const start = observed({ juju: asked, server: { installedMajor: 15 }, rest: { credentials: known } });
    const steps = stepsOf(planOf(start));
    expect(steps).toMatchObject([{ kind: 'bag.set', owner: 'unit' }]);
    const content = steps.flatMap((step) => (step.kind === 'bag.set' ? [step.content] : []));
    const own = Object.fromEntries(
      Object.entries(content[0] ?? {}).map(([key, text]) => [key, String(text)]),
    );
    const said = { ...start, juju: { ...start.juju, peer: peerFacts({}, { own }) } };
    expect(stepsOf(planOf(said))).toMatchObject([
      { kind: 'job.start', request: { job: 'watch', limitSeconds: 1 } },
    ]);
  });

  test('with the decision committed the cluster is made, the lines for its files checked before', () => {
    const plan = planOf(
      observed({
        juju: { peer: peerFacts(committed) },
        server: { installedMajor: 15 },
        rest: { credentials: known },
      }),
    );
    expect(kinds(plan)).toEqual(['option.check', 'option.check']);
  });

  test('a unit that is not the leader waits', () => {
    const plan = planOf(
      observed({ juju: { leader: false, peer: peerFacts({}) }, server: { installedMajor: 15 } }),
    );
    expect(plan.status).toEqual({ state: 'waiting', message: 'Waiting for the leader to name a primary' });
    expect(kinds(plan)).toEqual(['bag.set']);
  });
});

const settledStandalone = () =>
  settle(
    observed({
      juju: { peer: peerFacts(committed) },
      server: runningServer({}),
      rest: { credentials: known },
    }),
  );

describe('a standalone server', () => {
  test('comes to rest with its files written and loaded', () => {
    const { taken, plan, observation } = settledStandalone();
    expect(taken).toContain('server.reload');
    expect(plan.status).toEqual({ state: 'active', message: 'Live master (15.9)' });
    expect(Object.keys(observation.server.files).some((path) => path.endsWith('pg_hba.conf'))).toBe(true);
    expect(stepsOf(planOf(observation))).toEqual([]);
  });

  test('is started when it is down', () => {
    const { observation } = settledStandalone();
    const down = { ...observation, server: { ...observation.server, state: 'down' as const, running: null } };
    expect(kinds(planOf(down))).toEqual(['server.start']);
  });

  test('that does not start blocks with the reason and tries it once a pass', () => {
    const { observation } = settledStandalone();
    const down = { ...observation, server: { ...observation.server, state: 'down' as const, running: null } };
    const [step] = stepsOf(planOf(down));
    if (step === undefined) throw new Error('nothing planned');
    const plan = makePlan(down, means, [
      { step, reason: 'PostgreSQL does not start: No space left on device' },
    ]);
    expect(kinds(plan)).not.toContain('server.start');
    expect(plan.status.state).toBe('blocked');
    expect(plan.status.message).toContain('No space left on device');
  });

  test('is left alone beside a cluster that is not the charm’s', () => {
    const plan = planOf(
      observed({
        juju: { peer: peerFacts(committed) },
        server: { foreign: ['15/main at /var/lib/postgresql/15/main'] },
      }),
    );
    expect(stepsOf(plan)).toEqual([]);
    expect(plan.status.state).toBe('blocked');
    expect(plan.status.message).toContain('15/main at /var/lib/postgresql/15/main');
  });

  test('does nothing in maintenance mode', () => {
    const peer = peerFacts({ ...committed, maintenance: 'on' });
    const plan = planOf(
      observed({ juju: { peer }, server: runningServer({}), rest: { credentials: known } }),
    );
    expect(stepsOf(plan)).toEqual([]);
    expect(plan.status.state).toBe('blocked');
  });

  test('is stopped when its unit goes', () => {
    const { observation } = settledStandalone();
    const going = {
      ...observation,
      event: { ...observation.event, hook: 'stop' },
      juju: { ...observation.juju, leaving: true },
    };
    expect(kinds(planOf(going))).toContain('server.stop');
  });

  test('makes no new root of passwords when its unit goes and no longer sees the one there is', () => {
    const { observation } = settledStandalone();
    const credentials = { ...observation.credentials, source: null };
    const leaving = { ...observation, credentials, juju: { ...observation.juju, leaving: true } };
    expect(kinds(planOf(leaving))).not.toContain('credentials.create');
  });
});

describe('options', () => {
  const withOptions = (changed: Record<string, string | number | boolean>) => {
    const { observation } = settledStandalone();
    return planOf({ ...observation, juju: { ...observation.juju, options: { ...options, ...changed } } });
  };

  test('one that is not built yet blocks and names the way out', () => {
    const plan = withOptions({ wal_e_storage_uri: 's3://bucket' });
    expect(plan.status.state).toBe('blocked');
    expect(plan.status.message).toContain('juju config postgresql --reset wal_e_storage_uri');
    expect(stepsOf(plan)).toEqual([]);
  });

  test('a line that cannot be accepted leaves the file as it is', () => {
    const plan = withOptions({ extra_pg_conf: 'port = 6000\n' });
    expect(plan.status.message).toContain('extra_pg_conf line 1');
    expect(kinds(plan)).toEqual(['option.check']);
  });

  test('another version blocks once there is a cluster', () => {
    expect(withOptions({ version: '14' }).status.message).toContain('juju config postgresql version=15');
  });
});

describe('a client over db', () => {
  const client = clientRelation();
  const before = () => {
    const { observation } = settledStandalone();
    const catalog = readyCatalog('0123456789abcdef');
    return { ...observation, catalog, juju: { ...observation.juju, clients: [client] } };
  };

  test('is let in by the rules of access and the catalog side by side, and answered last', () => {
    const start = before();
    expect(laneKinds(planOf(start), 'files')).toEqual(['file.write', 'server.reload']);
    expect(laneKinds(planOf(start), 'catalog')).toContain('role.create');
    expect(laneKinds(planOf(start), 'publication')).toEqual([]);
    const files = stepsOf(planOf(start)).flatMap((step) =>
      step.kind === 'file.write' ? [[step.path, step.content] as const] : [],
    );
    const written = {
      ...start,
      server: { ...start.server, files: { ...start.server.files, ...Object.fromEntries(files) } },
    };
    expect(kinds(planOf(written))).not.toContain('bag.set');
    const loading = {
      ...written,
      server: {
        ...written.server,
        running: { ...running, unloaded: ['/etc/postgresql/15/main/pg_hba.conf'] },
      },
    };
    expect(laneKinds(planOf(loading), 'files')).toEqual(['server.reload']);
  });

  test('keeps its answer when the decision that is read has been overruled already', () => {
    const { observation } = settle(before());
    const { juju, memory } = observation;
    const answered = juju.clients[0]?.ownBag ?? {};
    expect(answered['master']).toContain('host=10.0.0.1');
    const cluster = { ...memory.cluster, seenEpoch: memory.cluster.seenEpoch + 1 };
    expect(kinds(planOf({ ...observation, memory: { ...memory, cluster } }))).not.toContain('bag.set');
    const overruled = encodeDecision(named('postgresql/1', 7));
    const peer = peerFacts({ ...committed, decision: overruled }, { own: juju.peer?.own ?? {} });
    expect(laneKinds(planOf({ ...observation, juju: { ...juju, peer } }), 'safety')).toContain('server.stop');
  });

  test('no password is in a plan', () => {
    expect(JSON.stringify(planOf(before()))).not.toMatch(/password"\s*:\s*"[A-Za-z0-9]{32}"/);
  });
});
