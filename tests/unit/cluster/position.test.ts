import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bytesBetween, comparePositions, parsePosition } from '../../../src/cluster/position.ts';

const positions = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const text = (value: bigint, pad: number): string => {
  const half = (part: bigint): string => part.toString(16).padStart(pad, '0');
  return `${half(value >> 32n)}/${half(value & 0xffffffffn)}`;
};

describe('positions', () => {
  test('compare as 64-bit numbers, not as text', () => {
    expect(comparePositions('0/FF000000', '1/0')).toBeLessThan(0);
    expect(comparePositions('9/0', '10/0')).toBeLessThan(0);
    expect(comparePositions('0/4C42348', '0/4c42348')).toBe(0);
    expect(comparePositions(null, '0/0')).toBeLessThan(0);
  });

  test('any order of numbers is the order of their texts, whatever the digits’ width', () => {
    const width = fc.integer({ min: 1, max: 8 });
    fc.assert(
      fc.property(positions, positions, width, width, (left, right, a, b) => {
        const expected = left < right ? -1 : left > right ? 1 : 0;
        expect(comparePositions(text(left, a), text(right, b))).toBe(expected);
      }),
    );
  });

  test('are read whatever the width of their halves', () => {
    fc.assert(
      fc.property(positions, (value) => {
        expect(parsePosition(text(value, 8))).toBe(value);
      }),
    );
    expect(parsePosition('16/B374D848')).toBe(0x16b374d848n);
  });

  test.each(['', '0', '0/', '/0', '0/G', '0/123456789', ' 0/1', '0/1\n', '-1/0', null, undefined])(
    'are not made of %j',
    (word) => {
      expect(parsePosition(word)).toBeNull();
    },
  );

  test('tell the bytes between them, never less than none', () => {
    expect(bytesBetween('0/FFFFFFFF', '1/1')).toBe(2n);
    expect(bytesBetween('1/1', '0/FFFFFFFF')).toBe(0n);
    expect(bytesBetween(null, '1/1')).toBeNull();
  });
});
