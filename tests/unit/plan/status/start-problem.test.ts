import { describe, expect, test } from 'vitest';
import { encodeDecision } from '../../../../src/cluster/bags/decision.ts';
import { encodeMember } from '../../../../src/cluster/bags/member.ts';
import { checkFailover } from '../../../../src/cluster/failover.ts';
import type { Decision } from '../../../../src/cluster/member-facts.ts';
import { makePlan, stepsOf } from '../../../../src/plan/plan.ts';
import { situationOf } from '../../../../src/plan/situation.ts';
import type { ServerFacts } from '../../../../src/server/server-facts.ts';
import { said } from '../../cluster/examples.ts';
import {
  fence,
  known,
  means,
  named,
  observed,
  peerFacts,
  place,
  systemIdentifier,
} from '../examples/observations.ts';

const full = 'FATAL:  could not create lock file "postmaster.pid": No space left on device';
const text = `PostgreSQL does not start: ${full} (free or add space)`;
const data = { place, state: 'down', hasData: true, hasConfiguration: true, startsAtBoot: false } as const;
const control = {
  systemIdentifier,
  state: 'in production',
  checkpointPosition: '0/1500000',
  checkpointTimeline: 1,
};

/** postgresql/0 leads; its server is down and a start has failed. postgresql/1 was a standby of it. */
function seen(server: Partial<ServerFacts> = {}, decision: Decision = named('postgresql/0')) {
  const members = {
    'postgresql/1': encodeMember(said(1, { systemIdentifier, streamingFrom: null })),
  };
  const bag = { credentials: 'secret:abc', decision: encodeDecision({ ...decision, systemIdentifier }) };
  return observed({
    juju: { peer: peerFacts(bag, { members }), units: ['postgresql/0', 'postgresql/1'] },
    server: { ...data, control, lastErrors: [full], startFailed: true, fence, ...server },
    rest: { credentials: known },
  });
}
const planOf = (server?: Partial<ServerFacts>, decision?: Decision) =>
  makePlan(seen(server, decision), means, []);

describe('a primary that does not start', () => {
  test.each(['down', 'starting'] as const)('shows why while it is %s', (state) => {
    const { status, applicationStatus } = planOf({ state });
    expect(status).toEqual({
      state: 'blocked',
      message: `${text}; or name another with the action failover`.replaceAll('  ', ' '),
    });
    expect(applicationStatus?.state).toBe('blocked');
    expect(applicationStatus?.message).toBe(`postgresql/0: ${text}; to give it up, use the action failover`);
  });

  test('publishes why', () => {
    const { report } = situationOf(seen({ state: 'starting' }), means);
    expect(report).toMatchObject({ role: 'starting', problem: text });
  });

  test('that has had no failed start is only starting', () => {
    const { status } = planOf({ state: 'starting', startFailed: false });
    expect(status.state).toBe('waiting');
  });

  test.each<[string, Partial<ServerFacts>]>([
    ['down', {}],
    ['about to be started again by the init system', { restarts: true }],
    ['starting', { state: 'starting' }],
  ])('can be given up by its own unit while it is %s', (_what, server) => {
    const { leading } = situationOf(seen(server), means);
    if (leading === null) throw new Error('nobody leads');
    expect(checkFailover(leading.view, true)).toMatchObject({ decision: { excluded: ['postgresql/0'] } });
  });

  test('does not start by itself any more once it was given up', () => {
    const freeze = {
      ...named('postgresql/0', 2),
      kind: 'freeze',
      primary: null,
      previous: 'postgresql/0',
      excluded: ['postgresql/0'],
    } as const;
    const stops = (server: Partial<ServerFacts>) =>
      stepsOf(planOf(server, freeze)).some(({ kind }) => kind === 'server.stop');
    expect(stops({ restarts: true })).toBe(true);
    expect(stops({ state: 'starting' })).toBe(true);
    expect(stops({})).toBe(false);
  });
});
