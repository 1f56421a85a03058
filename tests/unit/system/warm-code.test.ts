import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

const room = join(import.meta.dirname, '../../../src/system/warm-code.ts');
let folder = '';
let file = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'warm-code-'));
  file = join(folder, 'run.js');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A process of its own requires the file and prints what it exports. */
function required(kept = folder): string {
  const program = `import { requireWarm } from ${JSON.stringify(room)};
    console.log(requireWarm(${JSON.stringify(file)}, ${JSON.stringify(kept)}).answer());`;
  return execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' }).trim();
}

const program = (answer: string): void =>
  writeFileSync(file, `exports.answer = () => require('node:path').basename(__dirname) && ${answer};\n`);
const kept = (): string[] => readdirSync(folder).filter((name) => name.startsWith('code'));

test('a file runs as it would without, and its code is kept for the next process', () => {
  program("'one'");
  expect(required()).toBe('one');
  expect(kept()).toHaveLength(1);
  expect(required()).toBe('one');
});

test('code of another file of the same length in its place is not taken for it', () => {
  program("'one'");
  required();
  rmSync(file);
  program("'two'");
  expect(required()).toBe('two');
});

test('kept code that is damaged, cut or of no sense is compiled anew', () => {
  program("'one'");
  required();
  const [name = ''] = kept();
  for (const text of ['', 'x', '1-2-3-4 5\nzzzz']) {
    writeFileSync(join(folder, name), text);
    expect(required()).toBe('one');
  }
});

test('a place that cannot be written keeps nothing', () => {
  program("'one'");
  writeFileSync(join(folder, 'a-file'), '');
  expect(required(join(folder, 'a-file/in'))).toBe('one');
});
