import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { actionParameters, configArguments, keyValue } from '../../../../testbed/cli/key-values.ts';
import { durationMs } from '../../../../testbed/cli/verb.ts';

const folder = mkdtempSync(join(tmpdir(), 'arguments-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

describe('what is typed after a verb', () => {
  test('key=value: the first = divides, @ reads a file', () => {
    expect(keyValue('a=b=c')).toEqual(['a', 'b=c']);
    expect(keyValue('a=')).toEqual(['a', '']);
    expect(keyValue('a')).toBe(null);
    expect(keyValue('=a')).toBe(null);
    expect(keyValue(`a=@${file('text', 'from a file')}`)).toEqual(['a', 'from a file']);
    expect(() => keyValue('a=@/nowhere')).toThrow(/cannot read \/nowhere/);
  });

  test("options: the application's section of a file, or a bare map; later words win", () => {
    const sectioned = file('sectioned.yaml', 'pg: {port: 1, note: x}\nother: {port: 2}\n');
    const bare = file('bare.yaml', 'port: 3\n');
    expect(configArguments([sectioned, 'port=4'], 'pg')).toEqual({ port: '4', note: 'x' });
    expect(configArguments(['port=4', bare], 'pg')).toEqual({ port: 3 });
    expect(() => configArguments([sectioned], 'nobody')).toThrow(/no options for "nobody"/);
  });

  test('parameters of actions are YAML, dots nest, --string-args keeps text', () => {
    expect(actionParameters(['a.b=1', 'a.c=[x, y]', 'd=true', 'e=2x'], {})).toEqual({
      a: { b: 1, c: ['x', 'y'] },
      d: true,
      e: '2x',
    });
    expect(actionParameters(['a=1'], { stringArgs: true })).toEqual({ a: '1' });
    expect(actionParameters(['a.b=2'], { params: file('params.yaml', 'a: {b: 1, c: 3}\n') })).toEqual({
      a: { b: 2, c: 3 },
    });
    expect(() => actionParameters(['novalue'], {})).toThrow(/key.key.key...=value/);
  });

  test('durations', () => {
    expect(['90s', '5m', '1h30m', '250ms'].map(durationMs)).toEqual([90_000, 300_000, 5_400_000, 250]);
    for (const wrong of ['', '5', 'm', '5 m', '-1s']) expect(() => durationMs(wrong)).toThrow(/duration/);
  });
});
