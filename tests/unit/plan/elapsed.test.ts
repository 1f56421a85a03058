import { describe, expect, test } from 'vitest';
import { encodeDecision } from '../../../src/cluster/bags/decision.ts';
import { secondsSince } from '../../../src/plan/elapsed.ts';
import { leaderView } from '../../../src/plan/members/leader-view.ts';
import { memberView } from '../../../src/plan/members/member-view.ts';
import { readPeers } from '../../../src/plan/members/peers.ts';
import type { Observation } from '../../../src/plan/observation.ts';
import { makePlan } from '../../../src/plan/plan.ts';
import type { Moment } from '../../../src/server/moment.ts';
import { said } from '../cluster/examples.ts';
import { later, means, moment, named, observed, peerFacts } from './examples/observations.ts';

const otherBoot: Moment = { boot: 'the one before', seconds: moment.seconds - 3600 };
const freeze = {
  ...named('postgresql/0', 4),
  kind: 'freeze',
  primary: null,
  previous: 'postgresql/0',
} as const;
const bag = peerFacts({ decision: encodeDecision(freeze) });

/** Seconds for which the leader has known the freeze of epoch 4, by its view and by the members' view. */
function held(observation: Observation): readonly [number, number] {
  const peers = readPeers(observation.juju);
  return [
    leaderView(observation, peers, said(0), false).heldSeconds,
    memberView(observation, peers, false).heldSeconds,
  ];
}

const frozen = (at: Moment, now: Moment, nowText: string): Observation =>
  observed({ juju: { peer: bag }, memory: { decisionSeen: { epoch: 4, at } }, rest: { now, nowText } });

describe('time', () => {
  test('goes by on the clock that nobody sets, and is unknown across boots', () => {
    expect(secondsSince(moment, later(20))).toBe(20);
    expect(secondsSince(moment, moment)).toBe(0);
    expect(secondsSince(later(1), moment)).toBeNull();
    expect(secondsSince(otherBoot, moment)).toBeNull();
    expect(secondsSince(null, moment)).toBeNull();
  });

  test('of a decision is not moved by the wall clock', () => {
    for (const nowText of [
      '1970-01-01T00:00:00.000Z',
      '2026-05-01T12:00:05.000Z',
      '2099-01-01T00:00:00.000Z',
    ]) {
      expect(held(frozen(moment, later(5), nowText))).toEqual([5, 5]);
    }
  });

  test('of a decision seen in another boot begins anew, and is remembered so', () => {
    const observation = frozen(otherBoot, moment, '2026-05-01T12:00:00.000Z');
    expect(held(observation)).toEqual([0, 0]);
    expect(makePlan(observation, means, []).memory.decisionSeen).toEqual({ epoch: 4, at: moment });
    const known = frozen(moment, later(5), '2026-05-01T12:00:05.000Z');
    expect(makePlan(known, means, []).memory.decisionSeen).toEqual({ epoch: 4, at: moment });
  });

  test('for which the primary has been silent begins anew in another boot', () => {
    const silent = (since: Moment): unknown =>
      makePlan(
        observed({
          juju: { peer: bag },
          memory: { silent: { unit: 'postgresql/0', since } },
          rest: { answers: { 'postgresql/0': false }, now: later(5) },
        }),
        means,
        [],
      ).memory.silent;
    expect(silent(moment)).toEqual({ unit: 'postgresql/0', since: moment });
    expect(silent(otherBoot)).toEqual({ unit: 'postgresql/0', since: later(5) });
  });
});
