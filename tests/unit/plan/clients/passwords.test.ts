import { describe, expect, test } from 'vitest';
import { asOnServer, generationsOnServer, usersBehind } from '../../../../src/plan/clients/passwords.ts';
import type { CatalogFacts } from '../../../../src/server/catalog-facts.ts';
import { roleNamed } from '../../../effects/catalog.ts';

const fingerprints = { '1': 'aaaa', '2': 'bbbb' };
const credentials = { source: 'secret:abc', generations: { juju_shop: 2 }, fingerprints, onServer: {} };

function catalogWith(password: string | null, name = 'juju_shop'): CatalogFacts {
  const role = roleNamed(name, {
    login: true,
    hasPassword: password !== null,
    note: { made: 'user', groups: [], password, powerful: false },
  });
  return { registry: [], roles: [role], databases: [], inside: [], unreadable: {} };
}

const none = { onServer: {} };

describe('clients are onServer the password the server has', () => {
  test('the old one until the server has the new one', () => {
    expect(generationsOnServer(credentials, catalogWith('aaaa'), none)).toEqual({ juju_shop: 1 });
    expect(generationsOnServer(credentials, catalogWith('bbbb'), none)).toEqual({ juju_shop: 2 });
  });

  test('what was seen last, while the server cannot be asked or has one that nobody knows', () => {
    const memory = { onServer: { juju_shop: 1 } };
    expect(generationsOnServer(credentials, null, memory)).toEqual(memory.onServer);
    expect(generationsOnServer(credentials, catalogWith('cccc'), memory)).toEqual(memory.onServer);
  });

  test('nothing is said of roles that have no password yet', () => {
    expect(generationsOnServer(credentials, catalogWith(null), none)).toEqual({});
  });

  test('what is onServer and what is wanted meet when the server has it', () => {
    const behind = { ...credentials, onServer: { juju_shop: 1 } };
    expect(asOnServer(behind).generations).toEqual({ juju_shop: 1 });
    expect(usersBehind(['juju_shop', 'juju_shop', 'juju_web'], behind)).toEqual(['juju_shop']);
    expect(usersBehind(['juju_shop'], { ...behind, onServer: { juju_shop: 2 } })).toEqual([]);
  });
});
