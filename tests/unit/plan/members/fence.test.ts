import { describe, expect, test } from 'vitest';
import { encodeDecision } from '../../../../src/cluster/bags/decision.ts';
import { encodeMember } from '../../../../src/cluster/bags/member.ts';
import { fencedNotice, planFence, planFenceEnd } from '../../../../src/plan/members/fence.ts';
import { emptyMemory } from '../../../../src/plan/memory.ts';
import type { Observation } from '../../../../src/plan/observation.ts';
import { makePlan, stepsOf } from '../../../../src/plan/plan.ts';
import { type Situation, situationOf } from '../../../../src/plan/situation.ts';
import type { FenceFacts } from '../../../../src/server/jobs.ts';
import { said } from '../../cluster/examples.ts';
import {
  fence,
  known,
  later,
  means,
  moment,
  named,
  now,
  observed,
  options,
  type Parts,
  peerFacts,
  place,
  running,
  runningServer,
  verdictsOf,
} from '../examples/observations.ts';

const controllers = ['10.0.0.100:17070'];
const replicationRole = '_juju_repl';
const stop = [{ kind: 'job.stop', job: 'fence' }];
const start = [{ kind: 'job.start', request: { job: 'fence', controllers, replicationRole } }];
const peer = peerFacts(
  { decision: encodeDecision(named('postgresql/0', 4)) },
  { members: { 'postgresql/1': encodeMember(said(1, { epoch: 4 })) } },
);
const failure = { reason: 'systemd-run: Permission denied', at: later(1) };
const dead: FenceFacts = { ...fence, alive: false };
const failed: FenceFacts = { ...dead, failure };

/** postgresql/0 as the named primary beside postgresql/1. */
function seen({ juju, ...parts }: Parts = {}): Observation {
  return observed({ juju: { peer, ...juju }, ...parts });
}

const situation = (parts: Parts): Situation => situationOf(seen(parts), means);
const begun = (parts: Parts): unknown => planFence(situation(parts));
const ended = (parts: Parts): unknown => planFenceEnd(situation(parts));

describe('a fence', () => {
  test('is started where there are other members and a cluster', () => {
    expect(begun({ server: { place } })).toEqual(start);
    expect(begun({})).toEqual([]);
    expect(begun({ server: { place }, juju: { peer: { ...peer, members: {} } } })).toEqual([]);
    expect(begun({ server: { place, fence } })).toEqual([]);
  });

  test('is started again when it has died or stands still, when Juju has moved, and once after an upgrade', () => {
    const moved = { ...fence, controllers: ['10.0.0.7:17070'] };
    for (const other of [dead, moved, { ...fence, isCurrent: false }, failed]) {
      expect(begun({ server: { place, fence: other } })).toEqual(start);
    }
  });

  test('keeps the controllers that Juju named last', () => {
    const silent = { event: { ...seen().event, controllers: [] } };
    expect(begun({ server: { place }, rest: silent })).toEqual([]);
    expect(begun({ server: { place }, rest: silent, memory: { controllers } })).toEqual(start);
    expect(begun({ server: { place, fence }, rest: silent, memory: { controllers } })).toEqual([]);
    expect(makePlan(seen(), means, []).memory.controllers).toEqual(controllers);
    const quiet = seen({ rest: silent, memory: { controllers } });
    expect(makePlan(quiet, means, []).memory.controllers).toEqual(controllers);
    expect(situation({ server: { place }, rest: silent }).view.fence.problem).toContain('Juju');
  });

  test('ends when the unit is alone, and when the operator moves roles', () => {
    expect(ended({ server: { place, fence } })).toEqual([]);
    expect(ended({ server: { place, fence }, juju: { peer: { ...peer, members: {} } } })).toEqual(stop);
    const manual = { options: { ...options, manual_replication: true } };
    expect(ended({ server: { place, fence }, juju: manual })).toEqual(stop);
    expect(ended({ server: { place }, juju: manual })).toEqual([]);
  });

  test('stays beside the server of a unit that leaves, which sees its peers vanish', () => {
    const juju = { leaving: true, peer: { ...peer, members: {} } };
    const leaving = { juju, server: { place, fence, state: 'running' } } as const;
    expect([begun(leaving), ended(leaving)]).toEqual([[], []]);
    expect(ended({ juju, server: { place, fence, state: 'down' } })).toEqual(stop);
  });

  test('that could not be started is known not to have been in this hook only', () => {
    const problem = (facts: FenceFacts): string | null =>
      situation({ server: { place, fence: facts } }).view.fence.problem;
    expect(problem(failed)).toBe(failure.reason);
    expect(problem({ ...failed, failure: { ...failure, at: later(-1) } })).toBeNull();
    expect(
      problem({ ...failed, failure: { ...failure, at: { ...moment, boot: 'the one before' } } }),
    ).toBeNull();
    expect(problem({ ...failed, alive: true })).toBeNull();
  });

  test('that has stopped the server is told of once', () => {
    const stopped = seen({ server: { fence: { ...fence, stoppedAt: now } } });
    const empty = emptyMemory('postgresql/0');
    expect(fencedNotice(stopped, { ...empty, fenceLogged: now })).toContain(`stopped itself at ${now}`);
    expect(
      fencedNotice({ ...stopped, memory: { ...empty, fenceLogged: now } }, { ...empty, fenceLogged: now }),
    ).toBeNull();
    expect(fencedNotice(seen(), empty)).toBeNull();
  });
});

describe('without a fence', () => {
  const kinds = (observation: Observation): string[] =>
    stepsOf(makePlan(observation, means, [])).map(({ kind }) => kind);
  const with_ = (server: Parts['server'], facts: FenceFacts | null): Observation =>
    seen({
      server: { ...server, fence: facts },
      rest: { credentials: known, verdicts: verdictsOf(options) },
    });
  const standby = runningServer(
    {},
    { running: { ...running, inRecovery: true }, standbySignal: true, startsAtBoot: false },
  );
  const down = runningServer({}, { running: null, state: 'down', startsAtBoot: false });

  test('nobody is promoted and no primary starts: it is begun first, and they follow when it lives', () => {
    for (const server of [standby, down]) {
      expect(kinds(with_(server, null))).toEqual(['job.start']);
      expect(kinds(with_(server, dead))).toEqual(['job.start']);
    }
    expect(kinds(with_(standby, fence))).toContain('server.promote');
    expect(kinds(with_(down, fence))).toContain('server.start');
  });

  test('that cannot be started a promotion is refused with the reason, and a start waits for a mend', () => {
    const refused = makePlan(with_(standby, failed), means, []);
    expect(refused.memory.cluster.refused).toMatchObject({
      epoch: 4,
      why: expect.stringContaining(failure.reason),
    });
    const waits = makePlan(with_(down, failed), means, []);
    expect(waits.memory.cluster.refused).toBeNull();
    expect(waits.status.message).toContain(failure.reason);
  });

  test('a primary that runs goes on, says so to its peers and in its status, and is not restarted', () => {
    const pending = { ...running, pendingRestart: ['max_connections'] };
    const lone = with_(runningServer({}, { running: pending, startsAtBoot: false }), failed);
    const taken = stepsOf(makePlan(lone, means, [])).filter(({ kind }) => kind === 'job.start');
    const { lanes, status } = makePlan(
      lone,
      means,
      taken.map((step) => ({ step, reason: failure.reason })),
    );
    expect(status.message).toMatch(/^Live master .*no fence.*Permission denied/);
    const steps = lanes.flatMap((lane) => lane.steps);
    expect(steps.map(({ kind }) => kind)).not.toContain('server.restart');
    expect(steps).toContainEqual(
      expect.objectContaining({ content: expect.objectContaining({ unfenced: failure.reason }) }),
    );
  });
});
