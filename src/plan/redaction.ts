/**
 * Bags without the passwords in them. An observation may be printed and a plan compared, so wherever a bag holds a password there
 * stands `{password:0123456789abcdef}`, a hash of it, instead.
 */
import { createHash } from 'node:crypto';
import type { Bag, BagText } from '../relations/relation-facts.ts';

const HASH_LENGTH = 16;
const SECRET_KEYS = new Set(['password', 'schema_password', 'credentials-root']);

/** What stands for `password` in a sealed bag. */
export function seal(password: string): string {
  return `{password:${createHash('sha256').update(password).digest('hex').slice(0, HASH_LENGTH)}}`;
}

/** `bag` with every password in it replaced. */
export function sealBag(bag: Bag): Record<string, string> {
  return Object.fromEntries(
    Object.entries(bag).map(([key, value]) => [
      key,
      SECRET_KEYS.has(key) ? sealOnce(value) : sealWithin(value),
    ]),
  );
}

function sealWithin(value: string): string {
  return value
    .replaceAll(/(\bpassword=)([^\s'{}]+)/g, (_, key: string, password: string) => key + seal(password))
    .replaceAll(
      /(:\/\/[^:@/\s]+:)([^@/\s{}]+)(?=@)/g,
      (_, start: string, password: string) => start + seal(password),
    );
}

function sealOnce(value: string): string {
  return /^\{password:\w+\}$/.test(value) ? value : seal(value);
}

/** A text with `fill` in place of each password and each secret's URI. */
export function fillText(
  text: BagText,
  fill: { readonly password: (role: string) => string; readonly secretUri: (label: string) => string },
): string {
  const parts = typeof text === 'string' ? [text] : text;
  return parts
    .map((part) => {
      if (typeof part === 'string') return part;
      return 'passwordOf' in part ? fill.password(part.passwordOf) : fill.secretUri(part.secretUri);
    })
    .join('');
}
