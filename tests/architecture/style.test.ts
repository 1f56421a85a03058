import { describe, expect, test } from 'vitest';
import { sourceFiles } from './source-files.ts';

const code = ['src', 'scripts', 'testbed', 'tests'].flatMap((folder) => sourceFiles(folder, ['.ts']));
const prose = sourceFiles('.', ['.md', '.yaml', '.hbs', '.ts', '.sh', '.json']).filter(
  ({ path }) => path !== 'package-lock.json',
);

describe('files stay small and plain', () => {
  test('the check sees the source', () => {
    expect(code.length).toBeGreaterThan(60);
  });

  test('no file of the charm or the testbed is longer than 300 lines', () => {
    const long = code.filter(({ path, lines }) => /^(src|testbed)\//.test(path) && lines.length > 300);
    expect(long.map(({ path, lines }) => `${path}: ${lines.length} lines`)).toEqual([]);
  });

  test('no line of code is longer than 160 columns', () => {
    const long = code.flatMap(({ path, lines }) =>
      lines.flatMap((line, index) => (line.length > 160 ? [`${path}:${index + 1}: ${line.length}`] : [])),
    );
    expect(long).toEqual([]);
  });

  test('no file is called after nothing in particular', () => {
    const vague = code.filter(({ path }) =>
      /(^|[/-])(utils?|helpers?|manager|common|misc|lib)([./-])/.test(path),
    );
    expect(vague.map(({ path }) => path)).toEqual([]);
  });

  test('every source file says at its top or at its exports what it is for', () => {
    const silent = code.filter(({ path, text }) => path.startsWith('src/') && !text.includes('/**'));
    expect(silent.map(({ path }) => path)).toEqual([]);
  });

  test('no tracked file names a folder of the machine it was written on', () => {
    const named = prose.filter(
      ({ text }) => /(^|[^A-Za-z0-9._-])\/(work|farm)\//m.test(text) && !text.includes('(work|farm)'),
    );
    expect(named.map(({ path }) => path)).toEqual([]);
  });

  test('no test is skipped or run alone', () => {
    const wrong = code.filter(
      ({ path, text }) =>
        path.startsWith('tests/') &&
        /\b(test|it|describe)\.(skip|only|todo)\b/.test(text) &&
        !path.endsWith('style.test.ts'),
    );
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });
});
