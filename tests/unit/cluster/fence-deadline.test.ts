import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { leadInTime, writesBeginWithin } from '../../../src/cluster/deadlines.ts';
import {
  type Look,
  lookLimitSeconds,
  runsUntil,
  shortLookSeconds,
} from '../../../src/cluster/fence-deadline.ts';
import { decideLeader } from '../../../src/cluster/leader.ts';
import { fenceSeconds, firstContactSeconds, surelyStoppedSeconds } from '../../../src/cluster/limits.ts';
import { decideMember } from '../../../src/cluster/member.ts';
import { decided, leaderView, memberView, running, stopped, unit } from './examples.ts';

describe('the fence', () => {
  const looks = fc.array(
    fc.record({
      look: fc.constantFrom<Look>('no-primary', 'contact', 'alone'),
      pause: fc.double({ min: 0.1, max: 4, noNaN: true }),
    }),
  );

  test('gives a primary no longer than its limit after the last contact, and a new one time for its first', () => {
    fc.assert(
      fc.property(looks, (list) => {
        let now = 0;
        let until = firstContactSeconds;
        let contactAt = -Infinity;
        let downAt = 0;
        for (const { look, pause } of list) {
          now += pause;
          until = runsUntil(until, look, now);
          expect(now + lookLimitSeconds(until, now)).toBeLessThanOrEqual(
            Math.max(until, now + shortLookSeconds),
          );
          if (look === 'contact') contactAt = now;
          if (look === 'no-primary') downAt = now;
          expect(until).toBeLessThanOrEqual(Math.max(contactAt + fenceSeconds, downAt + firstContactSeconds));
          if (look === 'contact') expect(until).toBe(now + fenceSeconds);
        }
      }),
    );
  });

  test('has stopped a primary before its leader may name another, looks and a stop included', () => {
    expect(fenceSeconds + firstContactSeconds + shortLookSeconds).toBeLessThan(surelyStoppedSeconds);
  });
});

describe('what a hook may still do', () => {
  test('a server begins to write only soon after Juju was asked, when there are others', () => {
    const named = memberView({ decision: decided({ primary: unit(1) }), own: stopped() });
    const limitOf = (view: typeof named) => writesBeginWithin(view, decideMember(view));
    expect(limitOf(named)).toBe(fenceSeconds);
    expect(limitOf({ ...named, others: [] })).toBeNull();
    expect(limitOf(memberView())).toBeNull();
    expect(limitOf({ ...named, own: running() })).toBe(fenceSeconds);
  });

  test('a decision is written only while leadership is certain', () => {
    const outcome = decideLeader(leaderView({ decision: null, primaryAnswers: null }));
    expect(outcome.decision).not.toBeNull();
    expect(leadInTime(outcome, 20)).toBe(outcome);
    expect(leadInTime(outcome, 21)).toMatchObject({ decision: null, watch: { seconds: 1 } });
  });
});
