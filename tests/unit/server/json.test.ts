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
