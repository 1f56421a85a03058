import { describe, expect, test } from 'vitest';
import { readDatabasePrivileges } from '../../../../src/plan/options/database-privileges.ts';

describe('option relation_database_privileges', () => {
  test.each([
    ['ALL', ['CONNECT', 'CREATE', 'TEMPORARY']],
    ['temp, create', ['CONNECT', 'CREATE', 'TEMPORARY']],
    ['CONNECT', ['CONNECT']],
    ['create,', ['CONNECT', 'CREATE']],
    ['', ['CONNECT']],
  ])('%j', (text, privileges) => {
    expect(readDatabasePrivileges(text)).toEqual({ privileges, problems: [] });
  });

  test('a word that is none is named, and clients get CONNECT alone', () => {
    expect(readDatabasePrivileges('ALL; DROP, CREATE')).toEqual({
      privileges: ['CONNECT'],
      problems: [expect.stringContaining('"ALL; DROP" is not one of ALL, CONNECT, CREATE, TEMPORARY, TEMP')],
    });
  });
});
