import { expect, test } from 'vitest';
import { situationOf } from '../../../../src/plan/situation.ts';
import type { ServerFacts } from '../../../../src/server/server-facts.ts';
import { committed, means, observed, peerFacts, runningServer } from '../examples/observations.ts';

/** The answer that a leader, which is the named primary, gives to the question about its own server. */
function answers(server: Partial<ServerFacts>): boolean | null | undefined {
  const juju = { leader: true, peer: peerFacts(committed) };
  const seen = observed({ juju, server: runningServer({}, { running: null, ...server }) });
  return situationOf(seen, means).leading?.view.primaryAnswers;
}

test('a leader that is the primary asks its own server: nobody else may be there to tell', () => {
  expect(answers({ state: 'down' })).toBe(false);
  expect(answers({ state: 'absent', hasData: false, place: null })).toBe(false);
  expect(answers({ state: 'starting' })).toBe(true);
  const unasked = { kind: 'busy', reason: '10 of 10 connections are in use' } as const;
  expect(answers({ state: 'unknown', unasked })).toBe(true);
  expect(answers(runningServer({}))).toBe(true);
});
