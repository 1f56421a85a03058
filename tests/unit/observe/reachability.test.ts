import { expect, test } from 'vitest';
import { encodeDecision } from '../../../src/cluster/bags/decision.ts';
import { encodeMember } from '../../../src/cluster/bags/member.ts';
import type { Decision, MemberFacts } from '../../../src/cluster/member-facts.ts';
import { tryPorts } from '../../../src/observe/reachability.ts';
import { looksFor } from '../../../src/plan/looks.ts';
import { readJuju } from '../../../src/plan/reading.ts';
import type { RunningServer } from '../../../src/server/server-facts.ts';
import { decided, frozen, handingOver, said, unit } from '../cluster/examples.ts';
import { means, observed, peerFacts, running } from '../plan/examples/observations.ts';

/** Nobody listens there, and says so at once. */
const closed = { host: '127.0.0.1', port: 1 };

const streaming = { ...running, inRecovery: true, streaming: true, upstreamHost: closed.host };

interface Seen {
  members: MemberFacts[];
  departed?: MemberFacts[];
  leader?: boolean;
  leaving?: boolean;
  server?: RunningServer;
  action?: string;
}

/** Members that a hook of postgresql/0 has tried, when it sees these members' bags and those of units that are gone. */
async function tried(
  decision: Decision,
  { members, departed = [], leader = true, leaving = false, server, action }: Seen,
) {
  const bags = (list: MemberFacts[]) =>
    Object.fromEntries(list.map((facts) => [facts.unit, encodeMember({ ...facts, ...closed })]));
  const peer = peerFacts(
    { decision: encodeDecision(decision) },
    { members: bags(members), departed: bags(departed) },
  );
  const { juju, event } = observed({ juju: { leader, leaving, peer } });
  const seen = { ...event, action: action ?? null };
  const looks = looksFor(juju, readJuju(juju, event, means), seen, { running: server ?? null });
  return Object.keys(await tryPorts(looks.ports));
}

test('a primary that is gone is tried by the leader, unless it has said that it stopped for good', async () => {
  const gone = decided({ primary: unit(1) });
  expect(await tried(gone, { members: [], departed: [said(1)] })).toEqual([unit(1)]);
  const stopped = said(1, { role: 'stopped', leaving: true });
  expect(await tried(gone, { members: [], departed: [stopped] })).toEqual([]);
  expect(await tried(gone, { members: [], departed: [said(1)], leader: false })).toEqual([]);
});

test('a primary whose bag may be its last word is tried by a leader to which it does not stream', async () => {
  const members = [said(1, { role: 'primary' }), said(2)];
  const decision = decided({ primary: unit(1) });
  expect(await tried(decision, { members })).toEqual([unit(1)]);
  expect(await tried(decision, { members, server: streaming })).toEqual([]);
  expect(await tried(decision, { members, leader: false })).toEqual([]);
  expect(await tried(frozen(), { members })).toEqual([]);
});

test('an address that cannot be tried has no answer', async () => {
  const at = (number: number, host: string, port: number) => ({ unit: unit(number), host, port });
  const answers = await tryPorts([at(1, '127.0.0.1', 700_000), at(2, 'a\0b', 1), at(3, '127.0.0.1', 1)]);
  expect(answers[unit(1)]).toBeUndefined();
  expect(answers[unit(2)]).not.toBe(true);
  expect(answers[unit(3)]).toBe(false);
});

test('nobody is tried by a leader that is the primary', async () => {
  expect(await tried(decided(), { members: [said(1), said(2)], server: running })).toEqual([]);
});

test('all are tried for an operator’s decision', async () => {
  for (const action of ['failover', 'switchover']) {
    const members = [said(1), said(2)];
    expect(await tried(decided(), { members, action, server: running })).toEqual([unit(1), unit(2)]);
  }
});

test('those who may be named are tried when the primary has stopped for good', async () => {
  const stopped = said(1, { role: 'stopped', leaving: true });
  const members = [stopped, said(2), said(3, { role: 'down' })];
  expect(await tried(decided({ primary: unit(1) }), { members })).toEqual([unit(2)]);
});

test('those who may be named are tried by a primary that leads and leaves', async () => {
  expect(await tried(decided(), { members: [said(1), said(2)], server: running, leaving: true })).toEqual([
    unit(1),
    unit(2),
  ]);
});

test('the target of a handover is tried by the one that hands over and by the leader', async () => {
  const members = [said(1), said(2)];
  expect(await tried(handingOver(), { members, leader: false })).toEqual([unit(1)]);
  const other = handingOver({ primary: unit(1), target: unit(2) });
  expect(await tried(other, { members, server: streaming })).toEqual([unit(2)]);
  expect(await tried(other, { members, server: streaming, leader: false })).toEqual([]);
});
