import { describe, expect, test } from 'vitest';
import { scramVerifier } from '../../../src/postgres/scram.ts';
import { derivePassword, newRootSecret, passwordFingerprint } from '../../../src/system/entropy.ts';

describe('passwords', () => {
  test('come from the root, differ by role and generation, and are letters and digits', () => {
    const first = derivePassword('root', 'juju_app', 1);
    expect(first).toBe(derivePassword('root', 'juju_app', 1));
    expect(first).toMatch(/^[0-9A-Za-z]{32}$/);
    const others = [
      ['root', 'juju_app', 2],
      ['root', 'juju_other', 1],
      ['toor', 'juju_app', 1],
    ] as const;
    for (const [root, role, generation] of others)
      expect(derivePassword(root, role, generation)).not.toBe(first);
  });

  test('a fingerprint tells root and generation apart and is short', () => {
    expect(passwordFingerprint('root', 1)).toMatch(/^[0-9a-f]{16}$/);
    expect(passwordFingerprint('root', 1)).not.toBe(passwordFingerprint('root', 2));
  });

  test('every root is new', () => {
    expect(newRootSecret()).not.toBe(newRootSecret());
  });

  test('a verifier is what RFC 7677 says', () => {
    const salt = Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64');
    expect(scramVerifier('pencil', salt)).toBe(
      'SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=',
    );
  });
});
