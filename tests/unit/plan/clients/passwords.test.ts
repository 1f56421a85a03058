import { describe, expect, test } from 'vitest';
import { asTold, toldGenerations, untoldUsers } from '../../../../src/plan/clients/passwords.ts';
import type { CatalogFacts } from '../../../../src/server/catalog-facts.ts';
import { roleCommentText } from '../../../../src/server/role-comment.ts';
import { roleNamed } from '../../server/catalog-world.ts';

const fingerprints = { '1': 'aaaa', '2': 'bbbb' };
const credentials = { source: 'secret:abc', generations: { juju_shop: 2 }, fingerprints, told: {} };

function catalogWith(password: string | null, name = 'juju_shop'): CatalogFacts {
  const role = roleNamed(name, {
    login: true,
    hasPassword: password !== null,
    comment: roleCommentText({ made: 'user', groups: [], password }),
  });
  return { roles: [role], databases: [], inside: [], unreadable: {} };
}

const none = { told: {} };

describe('clients are told the password the server has', () => {
  test('the old one until the server has the new one', () => {
    expect(toldGenerations(credentials, catalogWith('aaaa'), none)).toEqual({ juju_shop: 1 });
    expect(toldGenerations(credentials, catalogWith('bbbb'), none)).toEqual({ juju_shop: 2 });
  });

  test('what was seen last, while the server cannot be asked or has one that nobody knows', () => {
    const memory = { told: { juju_shop: 1 } };
    expect(toldGenerations(credentials, null, memory)).toEqual(memory.told);
    expect(toldGenerations(credentials, catalogWith('cccc'), memory)).toEqual(memory.told);
  });

  test('nothing is said of roles that have no password yet', () => {
    expect(toldGenerations(credentials, catalogWith(null), none)).toEqual({});
  });

  test('what is told and what is wanted meet when the server has it', () => {
    const behind = { ...credentials, told: { juju_shop: 1 } };
    expect(asTold(behind).generations).toEqual({ juju_shop: 1 });
    expect(untoldUsers(['juju_shop', 'juju_shop', 'juju_web'], behind)).toEqual(['juju_shop']);
    expect(untoldUsers(['juju_shop'], { ...behind, told: { juju_shop: 2 } })).toEqual([]);
  });
});
