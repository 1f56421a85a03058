import { describe, expect, test } from 'vitest';
import { commentsOf } from './comments.ts';
import { sourceFiles } from './source-files.ts';

/** First words that name no thing and no act: the reader has to guess the type of what they describe. */
const vague = new Set(
  (
    'what who which whether where how when why whose whom that those ' +
    'whatever whoever whomever whichever wherever whenever however'
  ).split(' '),
);

const folders = ['src', 'scripts', 'testbed', 'tests'];

const example = [
  '/** Where it is. */',
  'const url = `//How ${{ a: `//Why ${/\\/\\*What/.test(b)}` }} //Who`; // Which',
  '// goes on',
  'const half = size / 2; /* One',
  ' * more */',
  'const quotient = list[0] / 2 / 3; // When',
  '',
  '// That is new.',
].join('\n');

describe('a comment begins with a verb or with a noun of PostgreSQL or Juju', () => {
  test('comments are told from strings, templates and regular expressions', () => {
    expect(commentsOf(example)).toEqual([
      { line: 1, words: 'Where it is.' },
      { line: 2, words: 'Which' },
      { line: 4, words: 'One more' },
      { line: 6, words: 'When' },
      { line: 8, words: 'That is new.' },
    ]);
  });

  test('no comment of TypeScript begins with a question', () => {
    const wrong = folders
      .flatMap((folder) => sourceFiles(folder, ['.ts', '.cjs']))
      .flatMap(({ path, text }) =>
        commentsOf(text).flatMap(({ line, words }) =>
          vague.has(firstWord(words)) ? [`${path}:${line}: ${words}`] : [],
        ),
      );
    expect(wrong).toEqual([]);
  });

  test('no docstring or comment of other languages does', () => {
    const wrong = folders
      .flatMap((folder) => sourceFiles(folder, ['.py', '.sh', '.pl', '.yaml']))
      .flatMap(({ path, lines }) =>
        lines.flatMap((line, index) => {
          const words = /^\s*(?:#|""")\s*([A-Z].*)/.exec(line)?.[1] ?? '';
          return vague.has(firstWord(words)) ? [`${path}:${index + 1}: ${words}`] : [];
        }),
      );
    expect(wrong).toEqual([]);
  });
});

function firstWord(words: string): string {
  return (/^\p{L}+/u.exec(words)?.[0] ?? '').toLowerCase();
}
