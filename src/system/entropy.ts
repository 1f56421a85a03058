import { createHash, createHmac, randomBytes } from 'node:crypto';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const PASSWORD_LENGTH = 32;
const FINGERPRINT_LENGTH = 16;

/** A new root secret: 43 characters of base64url, 256 bits. */
export function newRootSecret(): string {
  return randomBytes(32).toString('base64url');
}

/**
 * The password of `role`: 32 letters and digits that only who knows `root` can tell, other ones for each
 * generation.
 */
export function derivePassword(root: string, role: string, generation: number): string {
  const digest = createHmac('sha256', root).update(`${role}:${generation}`).digest('hex');
  let rest = BigInt(`0x${digest}`);
  let text = '';
  while (text.length < PASSWORD_LENGTH) {
    text += ALPHABET[Number(rest % 62n)];
    rest /= 62n;
  }
  return text;
}

/**
 * Tells whether a password is still the one of `root` and `generation` without giving either away: 16 hex
 * digits.
 */
export function passwordFingerprint(root: string, generation: number): string {
  return createHash('sha256').update(`${root}:${generation}`).digest('hex').slice(0, FINGERPRINT_LENGTH);
}

/** md5 in hex, for names that are too long (not for secrets). */
export function md5Hex(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

/** Tells a password from another one without giving it away: 16 hex digits. */
export function passwordHash(password: string): string {
  return createHash('sha256').update(password).digest('hex').slice(0, FINGERPRINT_LENGTH);
}
