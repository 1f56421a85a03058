import { chmod, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { ruleProblems } from '../../src/postgres/check-rules.ts';
import { settingProblems } from '../../src/postgres/check-settings.ts';
import { judgeOption, readVerdicts } from '../../src/postgres/option-verdicts.ts';
import type { RawOption, Verdict } from '../../src/server/raw-options.ts';
import { major } from './scratch-server.ts';

// PostgreSQL's own judgement of the operator's raw lines.

const programs = `/usr/lib/postgresql/${major}/bin`;
const settings = (text: string): Promise<string[]> => settingProblems(programs, scratch, text);
const rules = (text: string): Promise<string[]> => ruleProblems(programs, scratch, text);
const folders: string[] = [];
const scratch = join(await folder(), 'check');

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'charm-verdicts-'));
  await chmod(path, 0o755);
  folders.push(path);
  return path;
}

afterAll(async () => {
  for (const path of folders) await rm(path, { recursive: true });
});
/** Nothing is left behind, whatever the outcome. */
afterEach(async () => {
  for (const path of folders) expect(await readdir(path)).not.toContain('check');
});

describe('lines of postgresql.conf', () => {
  test('that the older charm had as its default are taken', async () => {
    const lines = [
      "listen_addresses = '*'",
      'ssl = true',
      "log_line_prefix = '%t [%p]: [%l-1] db=%d,user=%u '",
      'archive_mode = on',
      "archive_command = '/bin/true'",
      'hot_standby = true',
      'max_wal_senders = 10',
      'default_statistics_target = 250',
    ];
    expect(await settings(lines.join('\n'))).toEqual([]);
    expect(await settings(lines.join('\r\n'))).toEqual([]);
  });

  test('that are wrong are all named at once, though PostgreSQL names one kind at a time', async () => {
    const text = [
      'work_mem = 1XB',
      'foo',
      'no_such_thing = 1',
      'port = 3',
      'maintenance_work_mem = lots',
      "max_connections = 'many'",
      'temp_buffers = 8MB;',
      'no_such_thing_either = 1',
      'work_mem = 2XB',
      'autovacuum = on',
      'seq_page_cost = -1',
    ].join('\n');
    const found = await settings(text);
    expect(found.map((problem) => /^extra_pg_conf line (\d+): ./.exec(problem)?.[1])).toEqual([
      '1',
      '2',
      '3',
      '4',
      '5',
      '6',
      '7',
      '8',
      '9',
      '11',
    ]);
    expect(found[2]).toContain('unrecognized configuration parameter "no_such_thing"');
    expect(found[3]).toContain('port cannot be set');
    expect(found[5]).toContain('invalid value for parameter "max_connections": "many"');
  });

  test('about logging and language hide no message', async () => {
    const quiet = [
      'log_destination = syslog',
      'logging_collector = on',
      'log_min_messages = panic',
      'lc_messages = C',
    ];
    expect(await settings([...quiet, "log_line_prefix = '%q'", 'work_mem = much'].join('\n'))).toEqual([
      expect.stringMatching(/^extra_pg_conf line 6: invalid value for parameter "work_mem"/),
    ]);
  });

  test('with control characters are refused', async () => {
    expect(await settings("application_name = 'a\u0000b'\nwork_mem = 8MB\rport = 1")).toEqual([
      'extra_pg_conf line 1: it holds a control character',
      'extra_pg_conf line 2: it holds a control character',
    ]);
  });

  test('may be a megabyte long', async () => {
    expect(await settings(`# ${'x'.repeat(1e6)}\nwork_mem = 8MB`)).toEqual([]);
    expect(await settings(`work_mem${' '.repeat(1e6)}'`)).toEqual([
      expect.stringMatching(/line 1: not of the form/),
    ]);
  });
});

describe('lines of pg_hba.conf', () => {
  test('that are good are taken, also those that could not match on a server without SSL', async () => {
    const lines = [
      'host all all 10.0.0.0/8 scram-sha-256',
      'hostssl all all 10.0.0.0/8 scram-sha-256',
      'hostssl all all 10.0.0.0/8 cert',
      'host all +staff ::1/128 ldap ldapserver=l ldapprefix=x',
      'hostgssenc all "@all" 10.0.0.0/8 gss',
    ];
    expect(await rules(lines.join('\r\n'))).toEqual([]);
    expect(await rules(lines.join(', '))).toEqual([]);
  });

  test('that are wrong are all named with their lines', async () => {
    const text =
      'hots all all 10.0.0.0/8 md5\n# a remark\nhost all all 10.0.0.0/8 ldap\n\nhost all all 10.0.0.0/8 cert';
    expect(await rules(text)).toEqual([
      expect.stringMatching(/^extra_pg_auth line 1: "hots" is not a connection type/),
      expect.stringMatching(/^extra_pg_auth line 3: .*ldap/),
      expect.stringMatching(/^extra_pg_auth line 5: cert authentication/),
    ]);
  });

  test('that lead to files are refused: the files could be made wrong later', async () => {
    const lines = [
      'host @dbs all 10.0.0.0/8 md5',
      'host all a,@/etc/users 10.0.0.0/8 md5',
      'include more.conf',
    ];
    expect(await rules(lines.join('\n'))).toEqual(
      lines.map((_, index) =>
        expect.stringContaining(`line ${index + 1}: the charm cannot check an included file`),
      ),
    );
  });

  test('with control characters are refused', async () => {
    expect(await rules('host all "a\u0000b" 10.0.0.0/8 md5')).toEqual([
      expect.stringContaining('line 1: it holds a control character'),
    ]);
  });
});

describe('a verdict', () => {
  const judge = async (
    state: string,
    option: RawOption,
    text: string,
    binDirectory = programs,
  ): Promise<Verdict | null> => {
    await judgeOption(state, { option, text, major, binDirectory });
    return (await readVerdicts(state))[option];
  };

  /** The programs, one of them replaced by a script. */
  async function programsWith(name: string, script: string): Promise<string> {
    const bin = await folder();
    for (const other of await readdir(programs)) {
      if (other !== name) await symlink(join(programs, other), join(bin, other));
    }
    await writeFile(join(bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    return bin;
  }

  test('keeps the newest text that was taken', async () => {
    const state = await folder();
    expect(await judge(state, 'extra_pg_conf', 'foo')).toMatchObject({ outcome: 'refused', good: null });
    expect(await judge(state, 'extra_pg_conf', 'work_mem = 7MB')).toMatchObject({
      outcome: 'taken',
      good: 'work_mem = 7MB',
    });
    expect(await judge(state, 'extra_pg_conf', 'foo')).toMatchObject({
      outcome: 'refused',
      good: 'work_mem = 7MB',
    });
    expect(await judge(state, 'extra_pg_auth', 'hots')).toMatchObject({ outcome: 'refused', good: null });
    expect(await judge(state, 'extra_pg_conf', '')).toMatchObject({ outcome: 'taken', good: '' });
    expect(await readVerdicts(state)).toMatchObject({
      extra_pg_conf: { text: '' },
      extra_pg_auth: { text: 'hots' },
    });
  });

  test.each<[string, RawOption, string, string]>([
    ['the server program is killed', 'extra_pg_conf', 'postgres', 'kill -9 $$'],
    [
      'there is no space',
      'extra_pg_conf',
      'postgres',
      'echo "FATAL:  could not write: No space left on device" >&2; exit 1',
    ],
    [
      'initdb does not work',
      'extra_pg_auth',
      'initdb',
      'echo "initdb: error: No space left on device" >&2; exit 1',
    ],
    ['the server does not answer', 'extra_pg_auth', 'postgres', '[ "$1" = --single ] || exec "$0.real" "$@"'],
  ])('is not known when %s, and the good text stays', async (_, option, program, script) => {
    const state = await folder();
    const good = option === 'extra_pg_conf' ? 'work_mem = 7MB' : 'host all all 10.0.0.0/8 md5';
    await judge(state, option, good);
    const bin = await programsWith(program, script);
    if (program === 'postgres') await symlink(join(programs, program), join(bin, 'postgres.real'));
    const other = `${good}\n`;
    const verdict = await judge(state, option, other, bin);
    expect(verdict).toMatchObject({ outcome: 'unknown', good, text: other });
    expect(verdict?.problems[0]).toMatch(/\S/);
    expect(await judge(state, option, good, bin)).toMatchObject({ outcome: 'taken', good });
    expect(await judge(state, option, other)).toMatchObject({ outcome: 'taken', good: other });
  });

  test('in a damaged file is none', async () => {
    const state = await folder();
    await writeFile(join(state, 'options.json'), '{"extra_pg_conf": 3');
    expect(await readVerdicts(state)).toEqual({ extra_pg_conf: null, extra_pg_auth: null });
  });
});
