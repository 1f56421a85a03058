import { describe, expect, test } from 'vitest';
import { fileErrorsProblem, type SettingRow, settingErrors } from '../../../src/server/file-errors.ts';

const file = '/etc/postgresql/15/main/conf.d/99-mine.conf';
const row = (more: Partial<SettingRow>): SettingRow => ({ file, line: 3, name: null, error: 'x', ...more });
const notApplied = 'setting could not be applied';
const noRestart = 'parameter "shared_preload_libraries" cannot be changed without restarting the server';

describe('rows of pg_file_settings', () => {
  test.each<[string, SettingRow, string]>([
    [
      'an unknown setting',
      row({ name: 'nonsense', error: 'unrecognized configuration parameter' }),
      `${file} line 3: nonsense: unrecognized configuration parameter`,
    ],
    ['a line that is none', row({ error: 'syntax error' }), `${file} line 3: syntax error`],
    [
      'a value that does not fit',
      row({ name: 'Work_Mem', error: notApplied }),
      `${file} line 3: Work_Mem: ${notApplied}`,
    ],
    [
      'no file at all',
      row({ file: null, line: null, error: 'could not open configuration file "x"' }),
      'could not open configuration file "x"',
    ],
  ])('%s is an error', (_, seen, text) => {
    expect(settingErrors([seen], ['max_connections', 'shared_preload_libraries'])).toEqual([text]);
  });

  test('a setting that waits for a restart is none, changed or taken out', () => {
    const changed = row({ name: 'MAX_connections', error: notApplied });
    const takenOut = row({ file: null, line: null, error: noRestart });
    expect(settingErrors([changed, takenOut], ['max_connections', 'shared_preload_libraries'])).toEqual([]);
    expect(settingErrors([changed, takenOut], [])).toHaveLength(2);
  });
});

test('the status names all errors and the way out', () => {
  expect(fileErrorsProblem({ settings: [], access: [] })).toBeNull();
  expect(
    fileErrorsProblem({ settings: ['a line 1: x', 'b line 2: y'], access: ['pg_hba.conf line 3: z'] }),
  ).toMatch(/a line 1: x; b line 2: y; pg_hba\.conf line 3: z \(correct or remove/);
});
