import { describe, expect, test } from 'vitest';
import { decisionKey, encodeDecision } from '../../../../src/cluster/bags/decision.ts';
import type { Decision } from '../../../../src/cluster/member-facts.ts';
import { breakSeconds, readers, readersSeen, readersWatch } from '../../../../src/plan/clients/readers.ts';
import type { Memory } from '../../../../src/plan/memory.ts';
import { situationOf } from '../../../../src/plan/situation.ts';
import type { Bag } from '../../../../src/relations/relation-facts.ts';
import type { SenderFacts } from '../../../../src/server/server-facts.ts';
import {
  known,
  means,
  moment,
  named,
  observed,
  peerFacts,
  running,
  runningServer,
} from '../examples/observations.ts';

const bag = (number: number, more: Bag = {}): Bag => ({
  role: 'standby',
  host: `10.0.0.${number + 1}`,
  port: '5432',
  epoch: '1',
  'streaming-from': 'postgresql/0',
  ...more,
});

const sender = (number: number): SenderFacts => ({
  applicationName: `postgresql_${number}`,
  state: 'streaming',
  flushPosition: '0/3000060',
});

interface Scene {
  senders?: SenderFacts[];
  members?: Record<string, Bag>;
  decision?: Partial<Decision>;
  before?: Memory['readers'];
  seconds?: number;
}

/** postgresql/0 is the primary and looks, `seconds` after the moment of the examples. */
function scene({
  members = {},
  decision = {},
  before = {},
  seconds = 0,
  senders = [sender(1), sender(2)],
}: Scene) {
  const bags = { 'postgresql/1': bag(1), 'postgresql/2': bag(2), ...members };
  const committed = { [decisionKey]: encodeDecision({ ...named('postgresql/0'), ...decision }) };
  const situation = situationOf(
    observed({
      juju: { peer: peerFacts(committed, { members: bags }) },
      server: runningServer({}, { running: { ...running, senders } }),
      memory: { readers: before },
      rest: { credentials: known, now: { ...moment, seconds: moment.seconds + seconds } },
    }),
    means,
  );
  return { offered: readers(situation), seen: readersSeen(situation), watch: readersWatch(situation) };
}

describe('standbys that clients are told of', () => {
  test('those that stream from the primary', () => {
    expect(scene({}).offered).toEqual(['postgresql/1', 'postgresql/2']);
  });

  test.each<[string, Bag]>([
    ['a former primary that is dead', { role: 'primary', 'streaming-from': '' }],
    ['one that streams from another', { 'streaming-from': 'postgresql/1' }],
    ['one that has never streamed', { 'streaming-from': '' }],
    ['one that is being removed', { leaving: 'true' }],
    ['one without data', { role: 'none', 'streaming-from': '' }],
    ['one whose bag cannot be read', { port: 'x' }],
    ['one that has not reported', { role: '' }],
  ])('not %s', (_, more) => {
    expect(scene({ members: { 'postgresql/2': bag(2, more) } }).offered).toEqual(['postgresql/1']);
  });

  test('not one that is dead: its bag says for ever that it streams', () => {
    const seen = scene({
      senders: [sender(1)],
      before: { 'postgresql/1': null, 'postgresql/2': moment },
      seconds: 60,
    });
    expect(seen.offered).toEqual(['postgresql/1']);
  });

  test('not one that was given up, however well it says it is', () => {
    expect(scene({ decision: { excluded: ['postgresql/2'] } }).offered).toEqual(['postgresql/1']);
  });

  test('a break is borne with for a while, and looked at again when that is over', () => {
    const streamed = { 'postgresql/1': null, 'postgresql/2': null };
    const members = { 'postgresql/2': bag(2, { 'streaming-from': '' }) };
    const first = scene({ members, before: streamed });
    expect(first.offered).toEqual(['postgresql/1', 'postgresql/2']);
    expect(first.seen).toEqual({ 'postgresql/1': null, 'postgresql/2': moment });
    expect(first.watch).toMatchObject({ until: 'time', seconds: breakSeconds });
    const restarting = { 'postgresql/2': bag(2, { role: 'down', 'streaming-from': '' }) };
    expect(scene({ members: restarting, before: first.seen, seconds: 4 }).offered).toHaveLength(2);
    const late = scene({ members, before: first.seen, seconds: breakSeconds });
    expect([late.offered, late.watch]).toEqual([['postgresql/1'], null]);
    expect(scene({ before: late.seen, seconds: 900 }).seen).toEqual(streamed);
  });

  test('while nobody is primary all stays as it was', () => {
    const freeze: Partial<Decision> = { kind: 'freeze', primary: null, previous: 'postgresql/0', epoch: 2 };
    const members = {
      'postgresql/1': bag(1, { 'streaming-from': '' }),
      'postgresql/2': bag(2, { 'streaming-from': '' }),
    };
    const before = { 'postgresql/1': null, 'postgresql/2': null };
    expect(scene({ members, before, decision: freeze, seconds: 900 }).offered).toEqual(Object.keys(before));
  });
});

test('a standby that looks believes the primary about the others', () => {
  const bags = {
    'postgresql/1': bag(1, {
      role: 'primary',
      'streaming-from': '',
      timeline: '1',
      'sending-to': 'postgresql/0',
    }),
    'postgresql/2': bag(2, { 'streaming-from': 'postgresql/1' }),
  };
  const committed = { [decisionKey]: encodeDecision(named('postgresql/1')) };
  const standby = { ...running, inRecovery: true, streaming: true, upstreamHost: '10.0.0.2' };
  const situation = situationOf(
    observed({
      juju: { peer: peerFacts(committed, { members: bags }) },
      server: runningServer({}, { running: standby, standbySignal: true }),
      memory: { readers: { 'postgresql/2': null } },
      rest: { credentials: known },
    }),
    means,
  );
  expect(readersSeen(situation)['postgresql/2']).toEqual(moment);
});
