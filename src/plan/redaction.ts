/**
 * Bags without the passwords in them. An observation may be printed and a plan compared, so wherever a bag holds a password there
 * stands `{password:0123456789abcdef}`, a hash of it, instead.
 */
import type { Bag, BagText } from '../relations/relation-facts.ts';

/** Hash of a password as it stands in a redacted text: hexadecimal digits. A parameter, because a pure room has no hash. */
export type HashPassword = (password: string) => string;

const SECRET_KEYS = new Set(['password', 'schema_password', 'entity-password', 'credentials-root']);

/** Text in place of a password in a redacted bag. */
export function redacted(password: string, hash: HashPassword): string {
  return `{password:${hash(password)}}`;
}

/** `bag` with every password in it replaced. */
export function redactBag(bag: Bag, hash: HashPassword): Record<string, string> {
  return Object.fromEntries(
    Object.entries(bag).map(([key, value]) => [
      key,
      SECRET_KEYS.has(key) ? redactOnce(value, hash) : redactWithin(value, hash),
    ]),
  );
}

function redactWithin(value: string, hash: HashPassword): string {
  return value
    .replaceAll(
      /(\bpassword=)([^\s'{}]+)/g,
      (_, key: string, password: string) => key + redacted(password, hash),
    )
    .replaceAll(
      /(:\/\/[^:@/\s]+:)([^@/\s{}]+)(?=@)/g,
      (_, start: string, password: string) => start + redacted(password, hash),
    );
}

/** An empty text deletes its key and is no password. */
function redactOnce(value: string, hash: HashPassword): string {
  return value === '' || /^\{password:\w+\}$/.test(value) ? value : redacted(value, hash);
}

/** A text with `fill` in place of each password and each secret's URI. Juju keeps no half of a surrogate pair. */
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
    .join('')
    .toWellFormed();
}
