import { BlockList } from 'node:net';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addressBits, networkContains } from '../../../src/server/address.ts';
import { closedSessions } from '../../../src/server/closed-sessions.ts';
import { roleNamed } from '../../effects/catalog.ts';

const role = (name: string, made: 'user' | 'group' | null) =>
  roleNamed(name, {
    login: true,
    hasPassword: true,
    note: made === null ? null : { made, groups: [], password: null, powerful: false },
  });
const roles = [role('juju_a', 'user'), role('juju_b', 'user'), role('dba', null)];
const session = (user: string, address: string) => ({ user, address });
const grant = (user: string | { word: 'all' }, network: string) => ({
  relation: 'db:1',
  database: 'a',
  user,
  network,
});
const noRules = {
  replicationRole: '_juju_repl',
  grants: [],
  users: [],
  adminNetworks: [],
  extraLines: false,
};

describe('sessions that are closed', () => {
  test('those of a client that no rule lets in any more, and nobody else', () => {
    const olderSessions = [
      session('juju_a', '10.0.0.1'),
      session('juju_b', '10.0.0.2'),
      session('_juju_repl', '10.0.0.3'),
    ];
    const rules = { ...noRules, grants: [grant('juju_b', '10.0.0.0/24')], users: ['juju_b'] };
    expect(closedSessions({ registry: [], roles, olderSessions }, rules)).toEqual([
      session('juju_a', '10.0.0.1'),
    ]);
  });

  test('those from an address that its client has no more', () => {
    const olderSessions = [session('juju_a', '10.0.0.1'), session('juju_a', '10.0.0.2')];
    const rules = { ...noRules, grants: [grant('juju_a', '10.0.0.2/32')], users: ['juju_a'] };
    expect(closedSessions({ registry: [], roles, olderSessions }, rules)).toEqual([
      session('juju_a', '10.0.0.1'),
    ]);
  });

  test('those of roles that only an administering client let in, and of operators', () => {
    const olderSessions = [session('dba', '10.0.0.1'), session('dba', '10.0.0.2')];
    const rules = { ...noRules, adminNetworks: ['10.0.0.2/32'] };
    expect(closedSessions({ registry: [], roles, olderSessions }, rules)).toEqual([
      session('dba', '10.0.0.1'),
    ]);
    expect(closedSessions({ registry: [], roles, olderSessions }, { ...rules, extraLines: true })).toEqual(
      [],
    );
  });

  test.each([
    ['an administering client', { ...noRules, grants: [grant({ word: 'all' }, '10.0.0.1/32')] }],
    ["the operator's networks", { ...noRules, adminNetworks: ['10.0.0.0/8'] }],
    ["the operator's lines, perhaps", { ...noRules, users: ['juju_a'], extraLines: true }],
  ])('not those that are let in for %s', (_, rules) => {
    expect(
      closedSessions({ registry: [], roles, olderSessions: [session('juju_a', '10.0.0.1')] }, rules),
    ).toEqual([]);
  });

  test("a relation that is gone is closed whatever the operator's lines say", () => {
    const olderSessions = [session('juju_a', '10.0.0.1')];
    const rules = { ...noRules, extraLines: true };
    expect(closedSessions({ registry: [], roles, olderSessions }, rules)).toEqual(olderSessions);
  });
});

describe('networkContains', () => {
  test('agrees with Node', () => {
    const address = fc.oneof(fc.ipV4(), fc.ipV6());
    fc.assert(
      fc.property(address, address, fc.nat(128), fc.boolean(), (base, other, length, same) => {
        const bits = addressBits(base);
        const probe = same ? base : other;
        const otherBits = addressBits(probe);
        fc.pre(bits !== null && otherBits !== null && length <= bits);
        const family = (count: number | null) => (count === 32 ? 'ipv4' : 'ipv6');
        const list = new BlockList();
        list.addSubnet(base, length, family(bits));
        const expected = bits === otherBits && list.check(probe, family(otherBits));
        expect(networkContains(`${base}/${length}`, probe)).toBe(expected);
      }),
    );
  });

  test.each([
    ['10.0.0.0/8', '10.255.0.1', true],
    ['10.0.0.0/8', '11.0.0.1', false],
    ['0.0.0.0/0', '8.8.8.8', true],
    ['2001:db8::/32', '2001:db8:1::9', true],
    ['::ffff:10.0.0.0/104', '::ffff:a00:1', true],
    ['10.0.0.0/8', 'nobody', false],
    ['nowhere', '10.0.0.1', false],
  ])('%s, %s: %s', (network, address, expected) => {
    expect(networkContains(network, address)).toBe(expected);
  });
});
