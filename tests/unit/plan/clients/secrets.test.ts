import { describe, expect, test } from 'vitest';
import {
  planSecretRemovals,
  publishedSecrets,
  secretsKey,
  urisOf,
} from '../../../../src/plan/clients/secrets.ts';
import type { JujuFacts } from '../../../../src/plan/observation.ts';
import type { ClientRelation } from '../../../../src/relations/relation-facts.ts';
import { clientRelation, observed, peerFacts } from '../examples/observations.ts';

describe('secrets of a relation that is gone', () => {
  const entry = { uri: 'secret:a', content: '[]' };
  const application = {
    [secretsKey]: JSON.stringify({
      'database.5.user.secret': entry,
      'database.6.01234567.user.secret': entry,
    }),
  };
  const seen = (more: Partial<JujuFacts>, gone: Partial<ClientRelation> = {}) => {
    const clients = [5, 6].map((number) =>
      clientRelation({ id: `database:${number}`, endpoint: 'database', ...(number === 6 ? gone : {}) }),
    );
    const { juju } = observed({ juju: { leader: true, peer: peerFacts(application), clients, ...more } });
    return planSecretRemovals({ juju });
  };

  test('are removed by the leader, in the hook that breaks it or later', () => {
    const removal = { kind: 'secret.remove', label: 'database.6.01234567.user.secret', uri: 'secret:a' };
    expect(seen({}, { broken: true })).toEqual([removal]);
    expect(seen({}, { id: 'database:9' })).toEqual([removal]);
  });

  test('stay while it is there, for other units, and for a unit that leaves', () => {
    expect(seen({})).toEqual([]);
    expect(seen({ leader: false }, { broken: true })).toEqual([]);
    expect(seen({ leaving: true }, { broken: true })).toEqual([]);
  });
});

describe('secrets that were published', () => {
  test('entries that somebody spoilt are left out, the others stay', () => {
    const text =
      '{"a":null,"b":{"uri":"secret:b","content":"[]"},"c":{"uri":7,"content":"[]"},"d":"secret:d"}';
    expect(urisOf(publishedSecrets(text))).toEqual({ b: 'secret:b' });
    for (const other of [undefined, '', 'null', '[1]', '{']) expect(publishedSecrets(other)).toEqual({});
  });
});
