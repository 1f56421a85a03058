import { describe, expect, test } from 'vitest';
import { checkConfiguration } from '../../src/postgres/configuration-check.ts';
import { major } from './scratch-server.ts';

const programs = `/usr/lib/postgresql/${major}/bin`;
const check = (extraConf: string, extraAuth = ''): Promise<string[]> =>
  checkConfiguration(programs, { extraConf, extraAuth });

describe('the check of raw options', () => {
  test('takes what the older charm had as its default', async () => {
    const lines = [
      "listen_addresses = '*'",
      'ssl = true',
      "log_line_prefix = '%t [%p]: [%l-1] db=%d,user=%u '",
    ];
    const more = [
      'archive_mode = on',
      "archive_command = '/bin/true'",
      'hot_standby = true',
      'max_wal_senders = 10',
    ];
    expect(await check([...lines, ...more, 'default_statistics_target = 250'].join('\n'))).toEqual([]);
  });

  test('names the line of an unknown setting and of a value that does not fit', async () => {
    expect(await check('\nwork_mem = 4MB\nwork_memory = 4MB')).toEqual([
      'extra_pg_conf line 3: unrecognized configuration parameter "work_memory"',
    ]);
    expect(await check('work_mem = 4XB')).toEqual([
      'extra_pg_conf line 1: invalid value for parameter "work_mem": "4XB"',
    ]);
  });

  test('refuses by reading what the charm depends on, without asking a server', async () => {
    expect(await check("port = 1\ninclude 'x'")).toEqual([
      'extra_pg_conf line 1: port cannot be set: clients are told port 5432',
      'extra_pg_conf line 2: include cannot be set: the charm cannot check an included file; put its lines into extra_pg_conf',
    ]);
  });

  test('takes good rules and names the line of a bad one', async () => {
    expect(
      await check(
        '',
        'host all all 10.0.0.0/8 scram-sha-256\nhost all +staff ::1/128 ldap ldapserver=l ldapprefix=x',
      ),
    ).toEqual([]);
    expect(await check('', 'host all all 10.0.0.0/8 md5\n# a remark\nhost all all 10.0.0.0/8 ldap')).toEqual([
      expect.stringMatching(/^extra_pg_auth line 3: .*ldap/),
    ]);
  });
});
