import { expect, test } from 'vitest';
import { encodeDecision } from '../../../src/cluster/bags/decision.ts';
import { encodeMember } from '../../../src/cluster/bags/member.ts';
import type { Decision, MemberFacts } from '../../../src/cluster/member-facts.ts';
import { tryPorts } from '../../../src/observe/reachability.ts';
import { looksFor } from '../../../src/plan/looks.ts';
import { readJuju } from '../../../src/plan/reading.ts';
import { decided, handingOver, said, unit } from '../cluster/examples.ts';
import { means, observed, peerFacts } from '../plan/examples/observations.ts';

/** Nobody listens there, and says so at once. */
const closed = { host: '127.0.0.1', port: 1 };

/** Whom a hook of postgresql/0 has tried, when it sees these members' bags and those of units that are gone. */
async function tried(decision: Decision, members: MemberFacts[], departed: MemberFacts[], leader = true) {
  const bags = (list: MemberFacts[]) =>
    Object.fromEntries(list.map((facts) => [facts.unit, encodeMember({ ...facts, ...closed })]));
  const peer = peerFacts(
    { decision: encodeDecision(decision) },
    { members: bags(members), departed: bags(departed) },
  );
  const { juju, event } = observed({ juju: { leader, peer } });
  return tryPorts(looksFor(juju, readJuju(juju, event, means), event).ports);
}

test('a primary that is gone is tried by the leader, unless it has said that it stopped for good', async () => {
  const gone = decided({ primary: unit(1) });
  expect(await tried(gone, [], [said(1)])).toEqual({ [unit(1)]: false });
  expect(await tried(gone, [], [said(1, { role: 'stopped', leaving: true })])).toEqual({});
  expect(await tried(gone, [], [said(1)], false)).toEqual({});
  expect(await tried(gone, [said(1)], [])).toEqual({});
});

test('who hands over tries its target', async () => {
  expect(await tried(handingOver(), [said(1), said(2)], [], false)).toEqual({ [unit(1)]: false });
});
