import { describe, expect, test } from 'vitest';
import {
  databaseNameProblem,
  extensionProblem,
  ownerRoleName,
  roleNameProblem,
  userName,
} from '../../../src/relations/names.ts';
import { md5 } from './scene.ts';

describe('names the charm makes', () => {
  test.each([
    ['plain', 'landscape', 'juju_landscape'],
    ['superuser', 'landscape', 'jujuadmin_landscape'],
    ['replication', 'landscape', 'jujurepl_landscape'],
    ['plain', 'remote-0123456789abcdef0123456789abcdef', 'juju_remote-0123456789abcdef0123456789abcdef'],
  ] as const)('%s user of %s', (kind, application, name) => {
    expect(userName(kind, application, md5)).toBe(name);
  });

  test('a name over 63 bytes keeps 31 characters and ends in the hash of the whole', () => {
    const application = 'a'.repeat(59);
    expect(userName('plain', application, md5)).toBe(`juju_${'a'.repeat(26)}${md5(`juju_${application}`)}`);
    expect(userName('plain', 'a'.repeat(58), md5)).toBe(`juju_${'a'.repeat(58)}`);
  });

  test('owner roles fit too, whatever the letters, and differ for databases that begin alike', () => {
    const owner = ownerRoleName('ä'.repeat(31), md5);
    expect(new TextEncoder().encode(owner).length).toBeLessThanOrEqual(63);
    expect(owner.isWellFormed()).toBe(true);
    expect(owner).not.toBe(ownerRoleName(`${'ä'.repeat(30)}e`, md5));
  });
});

describe("strangers' names", () => {
  test.each(['appdb', 'My Data', 'a"b', "a'; DROP TABLE x; --", 'ünïcode', 'all', 'replication'])(
    'database %j is taken',
    (name) => {
      expect(databaseNameProblem(name, false)).toBeNull();
    },
  );

  test.each([
    ['', 'the name is empty'],
    ['postgres', "is the server's own"],
    ['template1', "is the server's own"],
    ['a\0b', 'NUL'],
    ['a\nb', 'control character'],
    ['x'.repeat(10_000), '10000 bytes long'],
    ['ä'.repeat(32), '64 bytes long'],
    ['/re', 'begins with "/"'],
  ])('database %j is refused', (name, why) => {
    expect(databaseNameProblem(name, false)).toContain(why);
    expect(databaseNameProblem(name, false)?.length).toBeLessThan(250);
  });

  test('an administrator may name the database it will find', () => {
    expect(databaseNameProblem('postgres', true)).toBeNull();
  });

  test.each([
    'pg_read_all_data',
    'postgres',
    'public',
    'none',
    '_juju_repl',
    'juju_other',
    'jujuadmin_other',
    'jujurepl_x',
    'jujuowner_db',
    '',
  ])('role %j is refused', (name) => {
    expect(roleNameProblem(name)).toContain('role');
  });

  test('an extension in a schema of the server is refused', () => {
    expect(extensionProblem('citext', 'pg_catalog')).toContain('reserved');
    expect(extensionProblem('citext', 'public')).toBeNull();
    expect(extensionProblem('uuid-ossp', null)).toBeNull();
  });
});
