import { describe, expect, test } from 'vitest';
import { parseControlData } from '../../src/postgres/control-data.ts';
import { passfileText } from '../../src/postgres/passfile.ts';
import { hasFailedToStart, lastErrors, walIsMissing } from '../../src/postgres/server-log.ts';
import { parseHistory } from '../../src/postgres/timeline-history.ts';

describe('pg_controldata', () => {
  test('is read line by line', () => {
    const text = [
      'Database system identifier:           7300000000000000001',
      'Database cluster state:               shut down in recovery',
      'Latest checkpoint location:           0/4C422D0',
      "Latest checkpoint's TimeLineID:       2",
      'max_connections setting:              120',
      'max_prepared_xacts setting:           0',
    ].join('\n');
    expect(parseControlData(text)).toEqual({
      systemIdentifier: '7300000000000000001',
      state: 'shut down in recovery',
      checkpointPosition: '0/4C422D0',
      checkpointTimeline: 2,
      orderedSettings: { max_connections: 120, max_prepared_transactions: 0 },
    });
  });

  test('that lacks a line is an error that names it', () => {
    expect(() => parseControlData('')).toThrow('pg_controldata does not print "Database system identifier"');
  });
});

test('a timeline history is read whatever its reasons say', () => {
  const text = '1\t0/3000148\tno recovery target specified\n\n2\t1A/FF0000D8\tbefore 2000-01-01\n';
  expect(parseHistory(text)).toEqual([
    { timeline: 1, switchPosition: '0/3000148' },
    { timeline: 2, switchPosition: '1A/FF0000D8' },
  ]);
  expect(parseHistory('')).toEqual([]);
});

describe("the server's log", () => {
  const at = '2026-01-01 00:00:00.000 UTC [1] ';

  test('gives what ended the server, and not what clients ran into', () => {
    const lines = [
      'FATAL:  could not load pg_hba.conf',
      'LOG:  database system is ready to accept connections',
      'juju_app@app FATAL:  password authentication failed for user "juju_app"',
      'LOG:  unrecognized configuration parameter "foo" in file "/etc/x.conf" line 3',
      'FATAL:  the database system is shutting down',
      'FATAL:  configuration file "/etc/x.conf" contains errors',
      'LOG:  database system is shut down',
    ];
    expect(lastErrors(lines.map((line) => at + line).join('\n'))).toEqual([
      'LOG:  unrecognized configuration parameter "foo" in file "/etc/x.conf" line 3',
      'FATAL:  configuration file "/etc/x.conf" contains errors',
    ]);
  });

  test('tells that a start has failed, until sessions are taken again', () => {
    const failed = (...lines: string[]) => hasFailedToStart(lines.map((line) => at + line).join('\n'));
    const ready = 'LOG:  database system is ready to accept connections';
    const full = 'FATAL:  could not create lock file "postmaster.pid": No space left on device';
    expect(failed(ready, full)).toBe(true);
    expect(failed(full, ready)).toBe(false);
    expect(failed(ready, 'LOG:  aborting startup due to startup process failure')).toBe(true);
    const panic = 'PANIC:  could not write to file "pg_wal/xlogtemp.33": No space left on device';
    expect(failed(ready, panic, 'LOG:  all server processes terminated; reinitializing')).toBe(false);
    expect(failed(ready, 'app@app FATAL:  sorry, too many clients already')).toBe(false);
    expect(failed(ready, 'FATAL:  the database system is starting up')).toBe(false);
    expect(failed('FATAL:  could not receive data from WAL stream: ERROR:  x')).toBe(false);
  });

  test('tells why the server is down, however many clients have come since', () => {
    const noise = Array.from({ length: 100 }, () => 'FATAL:  the database system is starting up');
    const why = 'FATAL:  could not write to file "x": No space left on device';
    expect(lastErrors([why, ...noise].map((line) => at + line).join('\n'))).toEqual([why]);
  });

  test('tells that WAL is missing until streaming has begun again', () => {
    const missing = `${at}FATAL:  could not receive data from WAL stream: ERROR:  requested WAL segment 00000001000000000000000A has already been removed\n`;
    const streaming = `${at}LOG:  started streaming WAL from primary at 0/B000000 on timeline 1\n`;
    expect(walIsMissing(missing)).toBe(true);
    expect(walIsMissing(streaming + missing)).toBe(true);
    expect(walIsMissing(missing + streaming)).toBe(false);
    expect(walIsMissing(`${missing}${at}LOG:  entering standby mode\n`)).toBe(false);
    expect(walIsMissing(`${missing}${at}LOG:  starting PostgreSQL 15.20 on x86_64\n`)).toBe(false);
    expect(walIsMissing('')).toBe(false);
  });
});

test('a passfile escapes what separates its fields', () => {
  expect(passfileText('role', ['fd00::1', '10.0.0.1'], 'secret', 'ab12')).toBe(
    [
      '# {"role":"role","hosts":["10.0.0.1","fd00::1"],"fingerprint":"ab12"}',
      '10.0.0.1:*:*:role:secret',
      'fd00\\:\\:1:*:*:role:secret',
      '',
    ].join('\n'),
  );
});
