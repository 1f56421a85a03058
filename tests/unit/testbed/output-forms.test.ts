import { describe, expect, test } from 'vitest';
import { parseFlags } from '../../../testbed/agent/commands/flags.ts';
import { parseKeyValues } from '../../../testbed/agent/commands/key-values.ts';
import { parseRange } from '../../../testbed/agent/commands/network.ts';
import { formatValue } from '../../../testbed/agent/commands/output.ts';
import { lineSplitter } from '../../../testbed/agent/hook-process.ts';

describe('output', () => {
  test.each([
    [null, '', '', 'null\n'],
    ['', '', '""\n', '""\n'],
    ['text', 'text\n', 'text\n', '"text"\n'],
    [['a', 'b'], 'a\nb\n', '- a\n- b\n', '["a","b"]\n'],
    [[], '', '[]\n', '[]\n'],
    [true, 'True\n', 'true\n', 'true\n'],
    [7, '7\n', '7\n', '7\n'],
    [{}, '{}\n', '{}\n', '{}\n'],
    [
      { b: 1, a: ['<&>'] },
      'a:\n- <&>\nb: 1\n',
      'a:\n- <&>\nb: 1\n',
      '{"a":["\\u003c\\u0026\\u003e"],"b":1}\n',
    ],
  ])('%j', (value, smart, yaml, json) => {
    expect(formatValue(value, 'smart')).toBe(smart);
    expect(formatValue(value, 'yaml')).toBe(yaml);
    expect(formatValue(value, 'json')).toBe(json);
  });
});

test('lines of a text are indented in yaml', () => {
  expect(formatValue('6:\n  database: x\n', 'yaml')).toBe('|\n  6:\n    database: x\n');
});

describe('arguments', () => {
  const spec = { relation: 'value', r: { same: 'relation' }, app: 'switch' } as const;
  test('flags stand anywhere, in every spelling', () => {
    const wanted = { values: { relation: 'db:5' }, switches: { app: true }, positional: ['k', '-'] };
    for (const args of [
      ['-r', 'db:5', '--app', 'k', '-'],
      ['k', '-rdb:5', '-', '--app'],
      ['--relation=db:5', '--app=true', 'k', '-'],
      ['--app', '--relation', 'db:5', '--', 'k', '-'],
    ]) {
      expect(parseFlags(args, spec)).toEqual(wanted);
    }
  });
  test('a switch takes every truth value of Go', () => {
    expect(['1', 'T', 'True', 'TRUE'].map((word) => parseFlags([`--app=${word}`], spec).switches)).toEqual(
      Array.from({ length: 4 }, () => ({ app: true })),
    );
    expect(['0', 'f', 'False', 'FALSE'].map((word) => parseFlags([`--app=${word}`], spec).switches)).toEqual(
      Array.from({ length: 4 }, () => ({ app: false })),
    );
    expect(() => parseFlags(['--app=no'], spec)).toThrow('invalid value "no" for option --app');
  });
  test('what is not known is refused', () => {
    expect(() => parseFlags(['--nothing'], spec)).toThrow('option provided but not defined: --nothing');
    expect(() => parseFlags(['-r'], spec)).toThrow('option needs an argument: -r');
  });
  test('key=value', () => {
    expect(parseKeyValues(['a=1', 'b==', 'c='])).toEqual({ a: '1', b: '=', c: '' });
    expect(() => parseKeyValues(['a=1', 'a=2'])).toThrow('key "a" specified more than once');
    expect(() => parseKeyValues(['=1'])).toThrow('expected "key=value", got "=1"');
  });
  test('ports', () => {
    expect(parseRange('5432')).toBe('5432/tcp');
    expect(parseRange('10-20/UDP')).toBe('10-20/udp');
    expect(parseRange('ICMP')).toBe('icmp');
    expect(() => parseRange('0')).toThrow('between 1 and 65535');
    expect(() => parseRange('x')).toThrow('expected <port>');
  });
});

test('long lines are cut, the rest is kept for the end', () => {
  const lines: string[] = [];
  const splitter = lineSplitter((line) => lines.push(line));
  splitter.write(Buffer.from(`one\ntwo${'x'.repeat(5000)}`));
  splitter.write(Buffer.from('\nthree'));
  splitter.flush();
  expect(lines.map((line) => line.length)).toEqual([3, 4096, 907, 5]);
});
