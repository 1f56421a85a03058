import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { askTogether } from '../../../src/juju/together.ts';

/** Programs of our own stand for hook commands: the shell that runs them is the real one. */
let folder = '';
const path = process.env['PATH'];
const ask = (...questions: [string, ...string[]][]) => Promise.all(askTogether(questions, 20_000));

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'together-'));
  process.env['PATH'] = `${folder}:${path}`;
  const program = (name: string, body: string): void => {
    writeFileSync(join(folder, name), `#!/bin/sh\n${body}\n`);
    chmodSync(join(folder, name), 0o755);
  };
  program('words', `printf '%s|' "$@"`);
  program('fail', 'echo partly; echo "ERROR no such relation" >&2; exit 2');
  program('warn', 'echo WARNING >&2; echo "{}"');
  program('large', `head -c 3000000 /dev/zero | tr '\\0' x`);
  program('killed', 'kill -9 $$');
  program('hang', 'sleep 1000');
});
afterAll(() => {
  process.env['PATH'] = path;
  rmSync(folder, { recursive: true });
});

test('answers come in the order of their questions, each whole', async () => {
  const [first, second, third] = await ask(['words', 'a'], ['large'], ['words', 'b']);
  expect(first).toEqual({ printed: 'a|' });
  expect(second).toEqual({ printed: 'x'.repeat(3_000_000) });
  expect(third).toEqual({ printed: 'b|' });
});

test('words reach the command as they are, whatever a shell would make of them', async () => {
  const words = ["it's", '$(id)', '`id`', '"; exit 1', '\\', '*', '', ' ', '\n', '>&3', '-n', 'ü'];
  expect(await ask(['words', ...words])).toEqual([{ printed: words.map((word) => `${word}|`).join('') }]);
});

test('a failure has its exit code and words, and spoils no other answer', async () => {
  const [failed, warned, missing, killed] = await ask(['fail'], ['warn'], ['no-such-command'], ['killed']);
  expect(failed).toEqual({ exitCode: 2, said: 'ERROR no such relation' });
  expect(warned).toEqual({ printed: '{}\n' });
  expect(missing).toMatchObject({ exitCode: 127 });
  expect(killed).toMatchObject({ exitCode: 137 });
});

test('a command that hangs is ended with what it has started; the others have answered', async () => {
  const [hung, answered] = await Promise.all(askTogether([['hang'], ['words', 'a']], 500));
  expect(hung).toEqual({ exitCode: null, said: '' });
  expect(answered).toEqual({ printed: 'a|' });
});
