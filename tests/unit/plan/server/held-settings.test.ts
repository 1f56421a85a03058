import { expect, test } from 'vitest';
import { encodeMember } from '../../../../src/cluster/bags/member.ts';
import { settingsFor } from '../../../../src/plan/server/settings.ts';
import { situationOf } from '../../../../src/plan/situation.ts';
import { majorTraits } from '../../../../src/server/versions.ts';
import { said } from '../../cluster/examples.ts';
import { committed, means, observed, peerFacts, running, runningServer } from '../examples/observations.ts';

/** Settings that the primary postgresql/0, on its way from 60 to 100 connections, holds back when it sees these standbys. */
function held(senders: string[]): Readonly<Record<string, number>> {
  const members = Object.fromEntries(
    [1, 2].map((number) => {
      const settings = { max_connections: number === 1 ? 100 : 50 };
      return [`postgresql/${number}`, encodeMember(said(number, { settings }))];
    }),
  );
  const sender = { address: '', state: 'streaming', sentPosition: null, flushPosition: null };
  const seen = senders.map((applicationName) => ({ ...sender, applicationName, replayPosition: null }));
  const observation = observed({
    juju: { peer: peerFacts(committed, { members }) },
    server: runningServer(
      {},
      { running: { ...running, orderedSettings: { max_connections: 60 }, senders: seen } },
    ),
  });
  const traits = majorTraits(15) ?? expect.unreachable();
  return settingsFor(situationOf(observation, means), traits).held;
}

test('a primary raises a setting when all standbys that it sends WAL to have raised it, whatever a dead one had', () => {
  expect(held(['postgresql_1', 'postgresql_2'])).toMatchObject({ max_connections: 60 });
  expect(held(['postgresql_1'])).not.toHaveProperty('max_connections');
});
