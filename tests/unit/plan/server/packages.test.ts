import { describe, expect, test } from 'vitest';
import { encodeDecision } from '../../../../src/cluster/bags/decision.ts';
import type { Observation } from '../../../../src/plan/observation.ts';
import { makePlan, type Plan, stepsOf } from '../../../../src/plan/plan.ts';
import type { Step } from '../../../../src/plan/step.ts';
import type { PackagesFacts } from '../../../../src/server/jobs.ts';
import {
  committed,
  known,
  means,
  moment,
  named,
  now,
  observed,
  options,
  peerFacts,
  running,
  runningServer,
  verdictsOf,
} from '../examples/observations.ts';

const planOf = (observation: Observation): Plan => makePlan(observation, means, []);
const later = (seconds: number) => ({ ...moment, seconds: moment.seconds + seconds });

const job: PackagesFacts = {
  major: 15,
  server: [],
  extra: ['jq', 'no-such'],
  installed: ['jq'],
  refused: { 'no-such': 'Unable to locate package no-such' },
  startedAt: now,
  began: moment,
  phase: 'downloading',
  isUnpacking: false,
  attempts: 1,
  error: 'Unable to locate package no-such',
  finishedAt: now,
  ended: moment,
  alive: false,
};
const underWay: PackagesFacts = {
  ...job,
  installed: [],
  refused: {},
  error: null,
  finishedAt: null,
  ended: null,
  alive: true,
};

/** A server that is stopped for good. */
const gone = { state: 'down', running: null, startsAtBoot: false } as const;

interface Parts {
  readonly extra?: string;
  readonly conf?: string;
  readonly packages?: PackagesFacts | null;
  readonly at?: number;
  readonly leaving?: boolean;
  readonly hook?: string;
}

/** A standalone server, its settings not written yet. */
function seen({
  extra = 'jq no-such',
  packages = null,
  at = 0,
  leaving = false,
  hook,
  conf,
}: Parts): Observation {
  const values = {
    ...options,
    extra_packages: extra,
    ...(conf === undefined ? {} : { extra_pg_conf: conf }),
  };
  return observed({
    ...(hook === undefined ? {} : { hook }),
    juju: { leaving, peer: peerFacts(committed), options: values },
    server: { ...runningServer({}), ...(leaving ? gone : {}), packages },
    rest: { credentials: known, now: later(at), verdicts: verdictsOf(values) },
  });
}

const settingsPath = /50-charm\.conf$/;

function packageSteps(observation: Observation): Step[] {
  return stepsOf(planOf(observation)).filter(
    (step) =>
      (step.kind === 'job.start' && step.request.job === 'packages') ||
      (step.kind === 'job.stop' && step.job === 'packages'),
  );
}

const begin = (extra: readonly string[]) => [
  expect.objectContaining({
    kind: 'job.start',
    request: { job: 'packages', major: 15, server: [], extra },
  }),
];
const end = [expect.objectContaining({ kind: 'job.stop', job: 'packages' })];

describe('the job for packages', () => {
  test('is started for what is missing, and for nothing else', () => {
    expect(packageSteps(seen({}))).toEqual(begin(['jq', 'no-such']));
    expect(packageSteps(seen({ extra: '' }))).toEqual([]);
    expect(packageSteps(seen({ extra: 'jq', packages: job }))).toEqual([]);
  });

  test('is tried again after pauses that grow, and the charm is woken for that', () => {
    expect(packageSteps(seen({ packages: job, at: 4 }))).toEqual([]);
    expect(packageSteps(seen({ packages: job, at: 6 }))).toEqual(begin(['no-such']));
    const fourth = { ...job, attempts: 4 };
    expect(packageSteps(seen({ packages: fourth, at: 39 }))).toEqual([]);
    expect(packageSteps(seen({ packages: fourth, at: 41 }))).toEqual(begin(['no-such']));
    expect(packageSteps(seen({ packages: { ...job, attempts: 40 }, at: 301 }))).toEqual(begin(['no-such']));
  });

  test('none is started or ended while it is not known what is there', () => {
    for (const packages of [null, { ...underWay, extra: ['other'] }]) {
      const observation = seen({ packages });
      const unknown = { packages: 'EIO: i/o error' };
      expect(packageSteps({ ...observation, server: { ...observation.server, unknown } })).toEqual([]);
    }
  });

  test('a change of the option is tried at once', () => {
    expect(packageSteps(seen({ extra: 'jq other', packages: job }))).toEqual(begin(['other']));
  });

  test('one that was killed is started again, and with pauses when that goes on', () => {
    const killed = { ...underWay, alive: false };
    expect(packageSteps(seen({ packages: killed }))).toEqual(begin(['jq', 'no-such']));
    expect(packageSteps(seen({ packages: { ...killed, attempts: 3 }, at: 1 }))).toEqual([]);
  });

  test('one about other packages is ended, but never in the middle of dpkg', () => {
    expect(packageSteps(seen({ packages: underWay }))).toEqual([]);
    expect(packageSteps(seen({ packages: { ...underWay, installed: ['jq'] } }))).toEqual([]);
    expect(packageSteps(seen({ extra: 'jq', packages: underWay }))).toEqual(end);
    expect(packageSteps(seen({ extra: 'jq', packages: { ...underWay, isUnpacking: true } }))).toEqual([]);
  });

  test('a unit that leaves starts none; the one that runs may end dpkg’s work until the last hook', () => {
    const unpacking = { ...underWay, isUnpacking: true };
    expect(packageSteps(seen({ leaving: true }))).toEqual([]);
    expect(packageSteps(seen({ leaving: true, packages: underWay }))).toEqual(end);
    expect(packageSteps(seen({ leaving: true, packages: unpacking }))).toEqual([]);
    expect(packageSteps(seen({ leaving: true, packages: unpacking, hook: 'stop' }))).toEqual(end);
  });
});

describe('what waits for packages', () => {
  const files = { '/etc/postgresql/15/main/conf.d/50-charm.conf': 'as it was' };
  const configured = (packages: PackagesFacts | null): string[] => {
    const observation = seen({ packages, conf: "shared_preload_libraries = 'extra'" });
    const written = { ...observation, server: { ...observation.server, files } };
    return stepsOf(planOf(written)).flatMap((step) => (step.kind === 'file.write' ? [step.path] : []));
  };

  test('new settings, which may name a library of theirs, until the first attempt has ended', () => {
    const awaited = configured(null);
    expect(awaited.some((path) => settingsPath.test(path))).toBe(false);
    expect(awaited.some((path) => path.endsWith('pg_hba.conf'))).toBe(true);
    expect(configured(underWay).some((path) => settingsPath.test(path))).toBe(false);
    expect(configured(job).some((path) => settingsPath.test(path))).toBe(true);
    expect(configured({ ...underWay, attempts: 2 }).some((path) => settingsPath.test(path))).toBe(true);
  });

  test('a new cluster, likewise', () => {
    const without = {
      place: null,
      state: 'absent',
      hasData: false,
      hasConfiguration: false,
      running: null,
    } as const;
    const made = (packages: PackagesFacts | null): boolean => {
      const observation = seen({ packages });
      const bare = { ...observation, server: { ...observation.server, ...without, control: null } };
      return stepsOf(planOf(bare)).some(({ kind }) => kind === 'cluster.create');
    };
    expect([made(null), made(underWay)]).toEqual([false, false]);
    expect(made(job)).toBe(true);
  });

  test('no change of roles: a standby is promoted whatever becomes of packages', () => {
    const standby = {
      ...running,
      inRecovery: true,
      receivedPosition: '0/3000060',
      replayedPosition: '0/3000060',
    };
    const decision = { ...named('postgresql/0', 2), previous: 'postgresql/1' };
    const fence = {
      alive: true,
      isCurrent: true,
      controllers: ['10.0.0.100:17070'],
      stoppedAt: null,
      failure: null,
    };
    for (const packages of [null, underWay, job]) {
      const observation = seen({ packages });
      const promoted = {
        ...observation,
        juju: {
          ...observation.juju,
          peer: peerFacts(
            { ...committed, decision: encodeDecision(decision) },
            { members: { 'postgresql/1': {} } },
          ),
        },
        server: { ...observation.server, running: standby, standbySignal: true, fence },
      };
      const kinds = stepsOf(planOf(promoted)).map(({ kind }) => kind);
      expect(kinds).toContain('server.promote');
    }
  });
});

describe('the status', () => {
  const statusOf = (observation: Observation): string => {
    const { state, message } = planOf(observation).status;
    return `${state}: ${message}`;
  };

  test('says what is refused, with apt’s reason and the way out, also while it is tried again', () => {
    const refused =
      /^blocked: Live master \(15\.9\); extra_packages: no-such .*: Unable to locate package no-such; .*juju config postgresql extra_packages=/;
    expect(statusOf(seen({ packages: job }))).toMatch(refused);
    const again = { ...job, attempts: 2, error: null, finishedAt: null, ended: null, alive: true };
    expect(statusOf(seen({ packages: again }))).toBe(statusOf(seen({ packages: job })));
    expect(statusOf(seen({ extra: 'jq', packages: job }))).toBe('active: Live master (15.9)');
  });

  test('says what is being installed, and who else installs packages', () => {
    expect(statusOf(seen({ packages: underWay }))).toBe('active: Live master (15.9); installing jq no-such');
    expect(
      statusOf(seen({ packages: { ...underWay, phase: 'waiting for process 12 (unattended-upgr)' } })),
    ).toBe('active: Live master (15.9); installing jq no-such: waiting for process 12 (unattended-upgr)');
  });

  test.each<[string, Partial<PackagesFacts>, string]>([
    ['under way', {}, 'maintenance: Installing PostgreSQL'],
    [
      'refused',
      { alive: false, refused: { postgresql: 'Unable to locate package postgresql' }, error: 'no' },
      'blocked: PostgreSQL cannot be installed: Unable to locate package postgresql; it is tried again by itself',
    ],
    [
      'kept waiting',
      { alive: false, error: 'process 12 (unattended-upgr) installs packages' },
      'waiting: PostgreSQL is not installed yet: process 12 (unattended-upgr) installs packages',
    ],
  ])('of an installation of PostgreSQL that is %s', (_, change, status) => {
    const packages = { ...underWay, major: null, server: ['postgresql'], extra: [], ...change };
    expect(statusOf(observed({ juju: { peer: peerFacts({}) }, server: { packages } }))).toBe(status);
  });
});
