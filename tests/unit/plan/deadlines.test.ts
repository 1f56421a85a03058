import { expect, test } from 'vitest';
import { hasLateDecision, isTooLate } from '../../../src/plan/deadlines.ts';
import { later, moment, peerFacts } from './examples/observations.ts';

test('a server begins to write only before the plan says so, and anything else may be done at any time', () => {
  const plan = { writesBeginWithinSeconds: 12 };
  const start = { kind: 'server.start', why: 'it is down' } as const;
  expect(isTooLate(start, plan, 0)).toBe(false);
  expect(isTooLate(start, plan, 21)).toBe(true);
  expect(isTooLate({ kind: 'server.promote', why: '' }, plan, 21)).toBe(true);
  expect(isTooLate({ kind: 'server.reload', why: '' }, plan, 21)).toBe(false);
  expect(isTooLate(start, { writesBeginWithinSeconds: null }, 21)).toBe(false);
});

test('a decision of a hook that took too long is taken back, what was committed before is not', () => {
  const written = peerFacts({}, { application: { decision: '{}' } });
  expect(hasLateDecision({ peer: written, askedAt: moment }, later(21))).toBe(true);
  expect(hasLateDecision({ peer: written, askedAt: later(21) }, later(21))).toBe(false);
  expect(hasLateDecision({ peer: peerFacts({ decision: '{}' }), askedAt: moment }, later(21))).toBe(false);
});
