import { describe, expect, test } from 'vitest';
import { parseConf, quoteConf } from '../../../src/server/conf-lines.ts';
import { refusedLines } from '../../../src/server/refused-settings.ts';
import { type DesiredSettings, desiredOrderedSettings, settingsView } from '../../../src/server/settings.ts';
import { majorOf, majorTraits, unknownMajor } from '../../../src/server/versions.ts';
import { templateRenderer } from '../../../src/system/templates.ts';

const GIB = 1024 ** 3;
const render = await templateRenderer(new URL('../../../templates', import.meta.url).pathname);

function wish(partial: Partial<DesiredSettings> = {}, major = 15): DesiredSettings {
  return {
    traits: majorTraits(major) ?? expect.unreachable(),
    clusterName: 'postgresql/0',
    ramBytes: 4 * GIB,
    volumeBytes: 100 * GIB,
    memberCount: 3,
    replicationClientCount: 2,
    idleReapSeconds: 900,
    syslogIdent: null,
    certificate: true,
    extraConf: '',
    held: {},
    ...partial,
  };
}
function values(partial: Partial<DesiredSettings> = {}, major = 15): Record<string, string> {
  const list = settingsView(wish(partial, major)).settings;
  return Object.fromEntries(list.map(({ name, value }) => [name, value.slice(1, -1)]));
}

describe('the settings of a server', () => {
  test.each([
    [16 * 1024 ** 2, '16MB'],
    [4 * GIB, '1024MB'],
    [64 * GIB, '8192MB'],
  ])('%d bytes of memory give shared_buffers of %s', (ramBytes, expected) => {
    expect(values({ ramBytes })['shared_buffers']).toBe(expected);
  });

  test('leave a sender and a slot for everybody who may stream', () => {
    expect(values()).toMatchObject({ max_wal_senders: '15', max_replication_slots: '15' });
  });

  test('bound what a slot may keep by the volume, where the version can', () => {
    expect(values()['max_slot_wal_keep_size']).toBe('25600MB');
    expect(values({ volumeBytes: GIB })['max_slot_wal_keep_size']).toBe('1024MB');
    expect(values({}, 12)['max_slot_wal_keep_size']).toBeUndefined();
  });

  test.each([
    [10, 'wal_keep_segments', '32'],
    [12, 'wal_keep_segments', '32'],
    [13, 'wal_keep_size', '512'],
    [18, 'wal_keep_size', '512'],
  ])('of %d keep WAL by %s', (major, name, value) => {
    expect(values({}, major)[name]).toBe(value);
  });

  test('without a certificate ssl is off', () => {
    expect(values({ certificate: false })).toMatchObject({ ssl: 'off' });
  });

  test('become a file in which the operator has the last word but for what is held', () => {
    const text = render(
      'postgresql.conf',
      settingsView(wish({ extraConf: 'max_connections = 50\n', held: { max_connections: 100 } })),
    );
    const { settings, problems } = parseConf(text);
    expect(problems).toEqual([]);
    const connections = settings.filter(({ name }) => name === 'max_connections').map(({ value }) => value);
    expect(connections).toEqual(['100', '50', '100']);
    expect(desiredOrderedSettings(wish({ extraConf: 'max_connections = 50' }))).toEqual({
      max_connections: 50,
      max_wal_senders: 15,
      max_worker_processes: 8,
      max_prepared_transactions: 0,
      max_locks_per_transaction: 64,
    });
  });

  test('are a file without empty sections when nothing extra is asked for', () => {
    const text = render('postgresql.conf', settingsView(wish()));
    expect(text).not.toMatch(/extra_pg_conf\n|Held|undefined|\n\n\n/);
  });
});

describe('raw lines of postgresql.conf', () => {
  test('are read as the server reads them', () => {
    const text =
      "# remark\nWork_Mem 4MB\nx.y='it''s' # why\nlog_line_prefix = '%m # %q'\n\nbad line here\n= 3";
    expect(parseConf(text)).toEqual({
      settings: [
        { name: 'work_mem', value: '4MB', line: 2 },
        { name: 'x.y', value: "it's", line: 3 },
        { name: 'log_line_prefix', value: '%m # %q', line: 4 },
      ],
      problems: [
        { line: 6, reason: 'not of the form "name = value": bad line here' },
        { line: 7, reason: 'not of the form "name = value": = 3' },
      ],
    });
  });

  test('a quoted value is read back', () => {
    for (const value of ["it's", 'back\\slash', '', '%m [%p]']) {
      expect(parseConf(`a = ${quoteConf(value)}`).settings[0]?.value).toBe(value);
    }
  });

  test.each([
    'wal_level = minimal',
    'hot_standby = off',
    'password_encryption = md5',
    "recovery_target = 'immediate'",
    "listen_addresses = 'localhost'",
    "data_directory = '/x'",
    "primary_conninfo = ''",
  ])('%s is refused with the reason', (line) => {
    expect(refusedLines(line)).toEqual([
      { line: 1, reason: expect.stringMatching(/^\w+ cannot be set: .{10}/) },
    ]);
  });

  test.each([
    'wal_level = replica',
    'hot_standby = true',
    'hot_standby = Y',
    "listen_addresses = '*'",
    'fsync = off',
  ])('%s is not', (line) => {
    expect(refusedLines(line)).toEqual([]);
  });
});

describe('the versions table', () => {
  test('knows 10 to 18 and no other', () => {
    const known = Array.from({ length: 25 }, (_, major) => major).filter(
      (major) => majorTraits(major) !== null,
    );
    expect(known).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18]);
    expect(unknownMajor(9)).toBe('PostgreSQL 9 is not supported: set version to one from 10 to 18');
  });

  test('reads a major from a version', () => {
    expect([majorOf('15.9'), majorOf('17beta1'), majorOf('x')]).toEqual([15, 17, null]);
  });
});
