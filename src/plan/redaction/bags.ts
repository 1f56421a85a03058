/**
 * Bags without the passwords in them. An observation may be printed and a plan compared, so wherever a bag holds a password there
 * stands `{password:0123456789abcdef}`, a hash of it, instead.
 */
import type { Bag, BagText } from '../../relations/relation-facts.ts';

/** Hash of a password as it stands in a redacted text: hexadecimal digits. A parameter, because a pure room has no hash. */
export type HashPassword = (password: string) => string;

const passwordKeys: ReadonlySet<string> = new Set([
  'password',
  'schema_password',
  'entity-password',
  'credentials-root',
]);
/** Keys with connection strings. Whatever a client has written stands in quotes there, or has no blank. */
const stringKeys: ReadonlySet<string> = new Set(['master', 'standbys']);
const stringPassword = /'(?:[^'\\]|\\.)*'|(?<=^|\s)password=([^\s'{}]+)/g;
/** Keys with URIs, in which names are encoded. */
const uriKeys: ReadonlySet<string> = new Set(['uris', 'read-only-uris']);
const uriPassword = /(?<=:\/\/[^:@/\s]+:)[^@/\s{}]+(?=@)/g;

/** Text in place of a password in a redacted bag. */
export function redacted(password: string, hash: HashPassword): string {
  return `{password:${hash(password)}}`;
}

/**
 * `bag`, one of the charm's own, with every password in it replaced. Only where the charm writes one: a client's words are echoed, and compared
 * letter by letter.
 */
export function redactBag(bag: Bag, hash: HashPassword): Record<string, string> {
  const within = (key: string, value: string): string => {
    if (passwordKeys.has(key)) return redactOnce(value, hash);
    if (uriKeys.has(key)) return value.replaceAll(uriPassword, (password) => redacted(password, hash));
    if (!stringKeys.has(key)) return value;
    return value.replaceAll(stringPassword, (all, password?: string) =>
      password === undefined ? all : `password=${redacted(password, hash)}`,
    );
  };
  return Object.fromEntries(Object.entries(bag).map(([key, value]) => [key, within(key, value)]));
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
