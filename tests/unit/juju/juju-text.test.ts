import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { argumentOf, shownText, yamlOf } from '../../../src/juju/juju-text.ts';
import { yamlProblem } from '../../../testbed/agent/commands/yaml-reader.ts';

const odd = [
  ...[
    '\0',
    '\u0001',
    '\t',
    '\n',
    '\r',
    '\u001b',
    '\u007f',
    '\u0080',
    '\u0085',
    '\u009f',
    '\u00a0',
    '\u2028',
    '\u2029',
  ],
  ...[
    '\u202e',
    '\ufeff',
    '\ufffd',
    '\ufffe',
    '\uffff',
    '\ud800',
    '\udfff',
    '\u{1f600}',
    '\u{1fffe}',
    '\u{10ffff}',
  ],
  ...['"', "'", '\\', ': ', ' #', '- ', '{', '}', '&', '*', '%', '---', '<<', '~', 'null', '"\\ud800"'],
];
// oxlint-disable-next-line no-control-regex
const unseen = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e\ufeff\ufffe\uffff]/;
/** Any code unit, halves of pairs too, and more often those that mean something somewhere. */
const text = fc
  .array(
    fc.oneof(
      fc.constantFrom(...odd),
      fc.nat({ max: 0xffff }).map((unit) => String.fromCharCode(unit)),
    ),
    {
      maxLength: 60,
    },
  )
  .map((parts) => parts.join(''));

describe('a map for Juju', () => {
  test('is taken by its parser, and arrives letter by letter', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('<<', '__proto__', 'a b')), text),
        (content) => {
          const written = yamlOf(content);
          expect(yamlProblem(Buffer.from(written))).toBeNull();
          const read = Object.entries(parse(written, { uniqueKeys: true }) as object);
          const wanted = Object.entries(content).map(([key, value]) => [key, value.toWellFormed()]);
          expect(read.toSorted()).toEqual(wanted.toSorted());
        },
      ),
      { numRuns: 1000 },
    );
  });

  test('as JSON writes it is one that the parser refuses', () => {
    for (const character of ['\u007f', '\u0080', '\u009f', '\ufeff', '\ufffe', '\uffff', '\ud800']) {
      const content = { a: `x${character}` };
      expect(yamlProblem(Buffer.from(JSON.stringify(content)))).not.toBeNull();
      expect(yamlProblem(Buffer.from(yamlOf(content)))).toBeNull();
    }
  });

  test('may hold a megabyte in one line', () => {
    const long = 'é\u0085"'.repeat(300_000);
    const written = yamlOf({ long });
    expect(yamlProblem(Buffer.from(written))).toBeNull();
    expect(parse(written)).toEqual({ long });
  });
});

describe('an argument', () => {
  test('has nothing that cannot be seen or that no process can be given', () => {
    fc.assert(
      fc.property(text, (value) => {
        expect(shownText(value)).not.toMatch(unseen);
        expect(shownText(value).isWellFormed()).toBe(true);
        expect(shownText(shownText(value))).toBe(shownText(value));
        expect(argumentOf(value)).not.toContain('\0');
      }),
    );
    expect(shownText('Live\tmaster\n\u001b[31m\u202e')).toBe('Live master\n\\u001b[31m\\u202e');
  });

  test('is cut at a character before it is too long for the kernel', () => {
    const long = shownText('☃'.repeat(100_000));
    expect(Buffer.byteLength(long)).toBeLessThan(128 * 1024);
    expect(long.endsWith('☃…')).toBe(true);
  });
});
