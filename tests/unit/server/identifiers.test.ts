import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { identifierProblem, quoteIdentifier, shownName } from '../../../src/server/identifiers.ts';
import { parseRoleComment } from '../../../src/server/role-comment.ts';

describe('quoting', () => {
  test('an identifier comes back whole from what a reader of SQL makes of it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        const quoted = quoteIdentifier(name);
        expect(quoted).toMatch(/^"(?:[^"]|"")*"$/su);
        expect(quoted.slice(1, -1).replaceAll('""', '"')).toBe(name);
      }),
    );
  });

  test('length counts in bytes', () => {
    expect(identifierProblem('x'.repeat(63))).toBeNull();
    expect(identifierProblem('ü'.repeat(32))).toBe('the name is 64 bytes long and PostgreSQL takes 63');
  });

  test('a name in a message is short and on one line', () => {
    expect(shownName(`a\n"${'x'.repeat(100)}`)).toBe(`"a\\n\\"${'x'.repeat(37)}…"`);
  });
});

describe('the note on a role', () => {
  test('survives the comment', () => {
    const note = fc.record({
      made: fc.constantFrom('user' as const, 'group' as const, 'owner' as const, 'replication' as const),
      groups: fc.uniqueArray(fc.string({ unit: 'binary' })).map((groups) => groups.toSorted()),
      password: fc.option(fc.string()),
    });
    fc.assert(
      fc.property(note, (value) => {
        const text = `Made by the PostgreSQL charm: ${JSON.stringify(value)}`;
        expect(parseRoleComment(text)).toEqual(value);
      }),
    );
  });

  test.each([
    null,
    '',
    'Made by hand',
    'Made by the PostgreSQL charm: {',
    'Made by the PostgreSQL charm: {"made":"king"}',
  ])('is not read from %j', (comment) => {
    expect(parseRoleComment(comment)).toBeNull();
  });
});
