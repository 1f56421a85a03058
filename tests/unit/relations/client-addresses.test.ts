import { describe, expect, test } from 'vitest';
import { clientAccess } from '../../../src/relations/client-addresses.ts';
import type { Bag } from '../../../src/relations/relation-facts.ts';
import { relationOf, unitBag } from './scene.ts';

const accessOf = (remoteUnits: Record<string, Bag>) => clientAccess(relationOf({ remoteUnits }));

describe('from where a client comes', () => {
  test.each<[string, Bag, string[], string[]]>([
    [
      'egress subnets as spelled',
      { 'egress-subnets': '10.1.0.0/16,192.0.2.0/24', 'ingress-address': '10.0.0.9' },
      ['10.1.0.0/16', '192.0.2.0/24'],
      ['10.1.0.0/16', '192.0.2.0/24'],
    ],
    [
      'else the ingress address',
      { 'ingress-address': '10.0.0.9', 'private-address': '10.0.0.8' },
      ['10.0.0.9/32'],
      ['10.0.0.9/32'],
    ],
    ['else the private address', { 'private-address': '10.0.0.8' }, ['10.0.0.8/32'], ['10.0.0.8/32']],
    ['IPv6', { 'egress-subnets': '2001:DB8::9/128' }, ['2001:DB8::9/128'], ['2001:db8::9/128']],
    ['an IPv6 address', { 'ingress-address': 'fe80::1' }, ['fe80::1/128'], ['fe80::1/128']],
  ])('%s', (_, bag, subnets, networks) => {
    expect(accessOf({ 'app/0': bag })).toEqual({ subnets, networks, units: ['app/0'], problems: [] });
  });

  test.each(['client.example.com', '10.0.0.9/33', '999.0.0.1', 'all', "0.0.0.0/0' --"])(
    '%j is no address',
    (text) => {
      const access = accessOf({ 'app/0': { 'egress-subnets': text } });
      expect(access).toMatchObject({ subnets: [], networks: [], units: [] });
      expect(access.problems[0]).toContain('not an IP address');
    },
  );

  test('units are in the order of their numbers, subnets sorted and named once', () => {
    const access = accessOf({
      'app/10': unitBag('10.0.0.9'),
      'app/9': unitBag('10.0.0.9'),
      'app/2': unitBag('10.0.0.10'),
    });
    expect(access.units).toEqual(['app/2', 'app/9', 'app/10']);
    expect(access.subnets).toEqual(['10.0.0.10/32', '10.0.0.9/32']);
  });
});
