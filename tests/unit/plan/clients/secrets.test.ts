import { describe, expect, test } from 'vitest';
import { publishedSecrets, urisOf } from '../../../../src/plan/clients/secrets.ts';

describe('secrets that were published', () => {
  test('entries that somebody spoilt are left out, the others stay', () => {
    const text =
      '{"a":null,"b":{"uri":"secret:b","content":"[]"},"c":{"uri":7,"content":"[]"},"d":"secret:d"}';
    expect(urisOf(publishedSecrets(text))).toEqual({ b: 'secret:b' });
    for (const other of [undefined, '', 'null', '[1]', '{']) expect(publishedSecrets(other)).toEqual({});
  });
});
