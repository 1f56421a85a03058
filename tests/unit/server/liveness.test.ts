import { describe, expect, test } from 'vitest';
import { judgeFailure, type PostmasterStatus } from '../../../src/server/liveness.ts';
import { clusterPlace } from '../../../src/server/place.ts';

const place = clusterPlace(15, null);
const judge = (code: string | null, message = 'text', status: PostmasterStatus | null = 'ready') =>
  judgeFailure({ code, message }, status, place, { inUse: 10, limit: 10 });

describe('a server whose process lives and whose session failed', () => {
  test('is starting by its own word, or by its status while it cannot speak', () => {
    expect(judge('57P03', 'the database system is starting up')).toBeNull();
    expect(judge('57P03', 'the database system is not yet accepting connections')).toBeNull();
    expect(judge('57P03', 'the database system is in recovery mode')).toBeNull();
    expect(judge('ENOENT', 'connect ENOENT', 'starting')).toBeNull();
    expect(judge(null, 'timeout expired', 'starting')).toBeNull();
  });

  test('lives when it answers that it lacks the means', () => {
    expect(judge('53300')).toEqual({ kind: 'busy', reason: '10 of 10 connections are in use' });
    const uncounted = { inUse: null, limit: null };
    expect(judgeFailure({ code: '53300', message: '' }, 'ready', place, uncounted)?.reason).toBe(
      'all connections are in use',
    );
    expect(judge('53200', 'out of memory')).toEqual({ kind: 'busy', reason: 'out of memory' });
  });

  test.each([
    ['28000', 'no pg_hba.conf entry', /socket: allow that again/],
    ['28000', 'role "postgres" is not permitted to log in', /not permitted to log in/],
    ['28P01', 'password authentication failed', /socket: allow that again/],
    ['3D000', 'database "postgres" does not exist', /bring database postgres back/],
    [
      'ENOENT',
      'connect ENOENT',
      /\/var\/run\/postgresql\/\.s\.PGSQL\.5432 is gone.*systemctl restart postgresql@15-main/,
    ],
    ['ECONNREFUSED', 'connect ECONNREFUSED', /is gone/],
  ])('lives and lets nobody in (%s, %s)', (code, message, reason) => {
    expect(judge(code, message)).toMatchObject({ kind: 'refused', reason: expect.stringMatching(reason) });
  });

  test('with hot_standby off never takes sessions', () => {
    const message = 'the database system is not accepting connections';
    expect(judge('57P03', message, 'standby')).toMatchObject({ kind: 'refused' });
  });

  test('is silent for a time', () => {
    expect(judge(null, 'timeout expired')).toMatchObject({ kind: 'silent' });
    expect(judge('57014', 'canceling statement due to statement timeout')).toMatchObject({ kind: 'silent' });
    expect(judge('57P03', 'the database system is shutting down')?.reason).toBe('it is shutting down');
    expect(judge('ENOENT', 'connect ENOENT', 'stopping')?.reason).toBe('it is shutting down');
    expect(judge('XX000', 'cache lookup failed')).toEqual({ kind: 'silent', reason: 'cache lookup failed' });
  });
});
