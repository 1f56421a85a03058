import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addressBits, networkOf } from '../../../src/server/address.ts';
import { parseAdminAddresses, parseExtraAuth } from '../../../src/server/extra-auth.ts';
import { type HbaGrant, hbaNameProblem, hbaView, quoteHba } from '../../../src/server/hba.ts';

const grant = (partial: Partial<HbaGrant>): HbaGrant => ({
  database: 'app',
  user: 'juju_app',
  network: '10.0.0.7',
  ...partial,
});
const view = (grants: readonly HbaGrant[]): readonly string[] =>
  hbaView({ peers: [], replicationRole: '_juju_repl', grants, adminNetworks: [], extraLines: [] }).clients;

describe('a line for a client', () => {
  test('names its user, its database and its network', () => {
    expect(view([grant({})])).toEqual(['host "app" "juju_app" 10.0.0.7/32 scram-sha-256']);
  });

  test('takes words only where they are meant', () => {
    expect(view([grant({ database: 'all', user: 'all' })])).toEqual([
      'host "all" "all" 10.0.0.7/32 scram-sha-256',
    ]);
    expect(view([grant({ database: { word: 'all' }, user: { word: 'all' } })])).toEqual([
      'host all all 10.0.0.7/32 scram-sha-256',
    ]);
  });

  test('is left out when a name cannot be written or the network is none', () => {
    expect(
      view([grant({ database: 'a\nb' }), grant({ database: '/x' }), grant({ network: 'example.com' })]),
    ).toEqual([]);
  });

  test('is one token per name, whatever the name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        fc.pre(hbaNameProblem(name) === null);
        const [line = ''] = view([grant({ database: name })]);
        const [token = ''] = /(?<=^host )"(?:[^"]|"")*"(?= "juju_app" )/u.exec(line) ?? [];
        expect(token.slice(1, -1).replaceAll('""', '"')).toBe(name);
        expect(quoteHba(name)).toBe(token);
      }),
    );
  });

  test('does not depend on the order, nor on repetitions', () => {
    const grants = ['a', 'b', 'c'].map((database) => grant({ database }));
    expect(view([...grants.toReversed(), ...grants])).toEqual(view(grants));
  });
});

test('units replicate from their own addresses only', () => {
  const { peers } = hbaView({
    peers: ['10.0.0.2', 'fd00::2', 'nonsense'],
    replicationRole: '_juju_repl',
    grants: [],
    adminNetworks: [],
    extraLines: [],
  });
  expect(peers).toEqual([
    'host postgres "_juju_repl" 10.0.0.2/32 scram-sha-256',
    'host postgres "_juju_repl" fd00::2/128 scram-sha-256',
    'host replication "_juju_repl" 10.0.0.2/32 scram-sha-256',
    'host replication "_juju_repl" fd00::2/128 scram-sha-256',
  ]);
});

describe('an address', () => {
  test.each([
    ['10.1.2.3', '10.1.2.3/32'],
    ['10.1.0.0/16', '10.1.0.0/16'],
    ['::1', '::1/128'],
    ['FD00::/8', 'fd00::/8'],
    ['::ffff:10.0.0.1', '::ffff:10.0.0.1/128'],
    ['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8/128'],
    ['0.0.0.0/0', '0.0.0.0/0'],
  ])('%s is the network %s', (text, network) => {
    expect(networkOf(text)).toBe(network);
  });

  test.each([
    '',
    'all',
    'example.com',
    '10.0.0',
    '10.0.0.256',
    '10.0.0.01',
    '10.0.0.1/33',
    '10.0.0.1/',
    '10.0.0.1/8/8',
    '1::2::3',
    ':',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    'fe80::1%eth0',
    '12345::',
    '::/129',
    '10.0.0.1 trust',
  ])('%j is none', (text) => {
    expect(networkOf(text)).toBeNull();
  });

  test('every address there is has its bits', () => {
    fc.assert(fc.property(fc.ipV4(), (text) => addressBits(text) === 32));
    fc.assert(fc.property(fc.ipV6(), (text) => addressBits(text) === 128));
  });
});

describe('admin_addresses', () => {
  test('is a list of networks', () => {
    expect(parseAdminAddresses(' 10.0.0.1, 192.168.0.0/16 ,')).toMatchObject({
      lines: ['10.0.0.1/32', '192.168.0.0/16'],
      problems: [],
    });
    expect(parseAdminAddresses('gateway, 10.0.0.1').problems).toEqual([
      'admin_addresses: "gateway" is not an IP address or network',
    ]);
  });
});

describe('extra_pg_auth', () => {
  test.each([
    'local all all peer',
    'host all all 10.0.0.0/8 md5',
    'host all all 10.0.0.0 255.0.0.0 md5',
    'hostssl "my db",other +staff samenet cert clientcert=verify-full map=m',
    'host all all .example.com scram-sha-256 # a remark',
    'host all "a user, with #" all ldap ldapserver="l d" ldapport=1',
  ])('takes %s', (line) => {
    expect(parseExtraAuth(line)).toEqual({ lines: [line], lineNumbers: [1], problems: [] });
  });

  test.each([
    ['hst all all all md5', '"hst" is not a connection type'],
    ['host all all', 'too few fields'],
    ['host all all 10.0.0.1 md5', 'address "10.0.0.1" needs a mask such as /32'],
    ['host all all 10.0.0.0/99 md5', '"10.0.0.0/99" is not an address'],
    ['host all all 10.0.0.0/8 sha', '"sha" is not an authentication method'],
    ['host all all 10.0.0.0/8 md5 trust', 'option "trust" is not of the form name=value'],
    ['host "all all 10.0.0.0/8 md5', 'a quote is not closed'],
  ])('says what is wrong with %s', (line, problem) => {
    expect(parseExtraAuth(`\n# remark\n${line}`).problems).toEqual([
      `extra_pg_auth line 3: ${problem}: ${line}`,
    ]);
  });

  test('may be separated by commas, as the older charm had it', () => {
    expect(parseExtraAuth('local a,b c peer, host all all ::1/128 md5').lines).toEqual([
      'local a,b c peer',
      'host all all ::1/128 md5',
    ]);
  });
});
