import { describe, expect, test } from 'vitest';
import type { Observation } from '../../../src/plan/observation.ts';
import { makePlan } from '../../../src/plan/plan.ts';
import type { Look } from '../../../src/plan/unknown.ts';
import type { ServerFacts, ServerLook } from '../../../src/server/server-facts.ts';
import { commit, settle } from '../../effects/settle.ts';
import { means, peerFacts } from './examples/observations.ts';
import { served, told } from './examples/served.ts';

// Each look fails, as its observer leaves the facts then: nothing is taken back, and the status says what cannot be seen.

const reason = 'EIO: i/o error';

/** Facts of the server where a look has failed; the compiler asks for each look. */
const unseen: Record<ServerLook, (server: ServerFacts) => Partial<ServerFacts>> = {
  marker: () => ({
    place: null,
    state: 'unknown',
    hasData: true,
    control: null,
    running: null,
    unasked: { kind: 'refused', reason },
    hasConfiguration: false,
    files: {},
    startsAtBoot: null,
  }),
  programs: ({ place }) => ({ installedMajor: place?.major ?? null }),
  foreign: () => ({ foreign: [] }),
  control: () => ({ control: null }),
  history: () => ({ history: [] }),
  signal: () => ({ standbySignal: false }),
  copy: () => ({ job: null }),
  packages: () => ({ packages: null }),
  watch: () => ({ watch: null }),
  fence: () => ({ fence: null }),
};

const otherwise: Record<Look, Partial<Observation>> = {
  catalog: { catalog: null },
  secret: {},
  forwards: {},
  memory: {},
  promises: {},
};

function withoutServerLook(seen: Observation, look: ServerLook): Observation {
  const server = { ...seen.server, ...unseen[look](seen.server), unknown: { [look]: reason } };
  return { ...seen, server };
}

function withoutLook(seen: Observation, look: Look): Observation {
  return { ...seen, ...otherwise[look], unknown: { [look]: reason } };
}

const cases: [string, (seen: Observation) => Observation][] = [
  ...Object.keys(unseen).map((look): [string, (seen: Observation) => Observation] => [
    look,
    (seen) => withoutServerLook(seen, look as ServerLook),
  ]),
  ...Object.keys(otherwise).map((look): [string, (seen: Observation) => Observation] => [
    look,
    (seen) => withoutLook(seen, look as Look),
  ]),
];

describe.each(['primary', 'stopped primary'] as const)('a look of a %s that fails', (kind) => {
  const before = (): Observation => {
    const seen = commit(served());
    if (kind === 'primary') return seen;
    const control = seen.server.control && { ...seen.server.control, state: 'shut down' };
    return { ...seen, catalog: null, server: { ...seen.server, state: 'down', running: null, control } };
  };

  test.each(cases)(
    '%s: nothing is decided, copied or taken back, and the reason is shown',
    (look, change) => {
      const start = before();
      const { observation, plan, taken } = settle(change(start), means);
      expect(plan.status.message).toContain(reason);
      const harmful = ['job.start clone', 'server.stop', 'server.promote', 'cluster.create', 'job.stop'];
      expect(taken.filter((step) => harmful.includes(step))).toEqual([]);
      if (kind === 'stopped primary') return;
      expect(told(observation)).toEqual(told(start));
      expect(plan.status.message, look).toMatch(/^Live master/);
    },
  );
});

describe('a peer’s bag that cannot be understood, as after an upgrade of some units', () => {
  const garbled = (bag: Record<string, string>): Observation => {
    const seen = commit(served());
    const { peer } = seen.juju;
    const members = { 'postgresql/1': { ...peer?.members['postgresql/1'], ...bag } };
    return { ...seen, juju: { ...seen.juju, peer: peer && { ...peer, members } } };
  };

  test.each([
    ['role', { role: 'learner' }],
    ['port', { port: '70000' }],
    ['epoch', { epoch: 'two' }],
    ['history', { history: '[[1' }],
    ['position', { position: 'here' }],
  ])('%s: its standby stays offered, and the status names it', (key, bag) => {
    const { observation, plan } = settle(garbled(bag), means);
    expect(told(observation)).toEqual(told(commit(served())));
    expect(plan.status.message).toContain(`peer bag of postgresql/1: cannot read ${key}=`);
    expect(observation.juju.clients[0]?.ownBag['standbys']).toContain('10.0.0.2');
  });

  test('whatever a bag holds, a plan is made', () => {
    for (const text of ['', ' ', '{', '[]', 'null', '-1', '1e999', '\0', '__proto__', 'x'.repeat(10_000)]) {
      const keys = [
        'role',
        'port',
        'epoch',
        'host',
        'history',
        'settings',
        'ready',
        'unmet',
        'addresses',
        'manual',
      ];
      for (const key of keys) expect(() => makePlan(garbled({ [key]: text }), means, [])).not.toThrow();
    }
  });

  test('a decision that cannot be understood: nothing is done', () => {
    const seen = commit(served());
    const peer = peerFacts({ decision: '{"epoch":' }, { own: seen.juju.peer?.own ?? {} });
    const { plan, taken, observation } = settle({ ...seen, juju: { ...seen.juju, peer } }, means);
    expect(taken).toEqual([]);
    expect(observation.juju.clients).toEqual(seen.juju.clients);
    expect(plan.status).toMatchObject({ state: 'blocked' });
    expect(plan.status.message).toContain('application bag: cannot read decision=');
  });
});
