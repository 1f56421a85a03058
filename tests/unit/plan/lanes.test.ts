import { describe, expect, test } from 'vitest';
import { decisionKey, encodeDecision } from '../../../src/cluster/bags/decision.ts';
import { makePlan, type Plan } from '../../../src/plan/plan.ts';
import {
  committed,
  known,
  means,
  named,
  observed,
  peerFacts,
  runningServer,
} from './examples/observations.ts';

const names = ({ lanes }: Plan): string[] => lanes.map(({ name }) => name);

/** A leader whose port is not open and whose files are not written, `written` being the decision of this hook. */
function plan(written: string): Plan {
  const peer = peerFacts(committed, { application: { ...committed, [decisionKey]: written } });
  const rest = { credentials: known };
  return makePlan(observed({ juju: { peer, portOpen: false }, server: runningServer({}), rest }), means, []);
}

describe('a hook that has written a decision', () => {
  test('leaves upkeep, which may take long, to the next one: Juju commits the decision when the hook ends', () => {
    const next = encodeDecision(named('postgresql/0', 2));
    expect(names(plan(next)).filter((name) => !['publication', 'watch'].includes(name))).toEqual([]);
    expect(names(plan(committed.decision))).toContain('port');
  });
});
