import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { jsonObject, jsonStrings, parsedJson, steadyJson } from '../../../src/server/json.ts';

describe('JSON of strangers', () => {
  test('never throws, and gives back what was written', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        parsedJson(text);
      }),
    );
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const text = JSON.stringify(value);
        expect(JSON.stringify(parsedJson(text))).toBe(text);
      }),
    );
  });

  test('what nests deeper than anybody can walk is none', () => {
    const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;
    expect(parsedJson(nested(100))).toBeDefined();
    expect(parsedJson(nested(200_000))).toBeUndefined();
    expect(parsedJson('{"a":'.repeat(200_000) + '1' + '}'.repeat(200_000))).toBeUndefined();
    const brackets = '[{"\\'.repeat(500);
    expect(parsedJson(JSON.stringify([brackets]))).toEqual([brackets]);
    // No text takes longer than one look at each of its characters.
    expect(parsedJson('"\\'.repeat(500_000))).toBeUndefined();
  });

  test('an object is an object, a list of strings is one', () => {
    expect(jsonObject('{"a":1}')).toEqual({ a: 1 });
    for (const text of ['[]', 'null', '"a"', '{', '', null, undefined]) expect(jsonObject(text)).toBeNull();
    expect(jsonStrings('["a","b"]')).toEqual(['a', 'b']);
    for (const text of ['["a",1]', '{}', 'a']) expect(jsonStrings(text)).toBeUndefined();
  });

  test('the same content is the same text, in whatever order it was put together', () => {
    expect(steadyJson({ b: [1, { d: null, c: true }], a: 'x' })).toBe(
      '{"a":"x","b":[1,{"c":true,"d":null}]}',
    );
  });
});
