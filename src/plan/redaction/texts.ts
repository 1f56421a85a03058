/** Secrets in texts that nobody has parsed: lines of configuration, messages of programs, URLs. */
import { valueSpan } from './assigned-value.ts';
import { assignment } from './names.ts';

/** A text in place of a secret. */
export type Hide = (secret: string) => string;

const privateKey = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g;
const verifier = /SCRAM-SHA-256\$[^\s'"]+|\bmd5[0-9a-f]{32}\b/g;
const sqlPassword = /(\bPASSWORD\s+')((?:[^']|'')+)(?=')/gi;
const flag = /((?:^|\s)--?(?:[a-z-]*password|passwd|pass|token|[a-z-]*(?:secret|access)-key)\s+)([^\s'"]+)/gi;
const userFlag = /((?:^|\s)(?:-u|--user|--proxy-user)[\s=]+[^\s:'"]+:)([^\s'"]+)/g;
const authorization = /(\b(?:Bearer|Basic)\s+)([\w+/=.~-]{8,})/g;

/** A word in the place of a user that is too long for a name is a token. */
const longestUser = 16;

/** `text` with `hide` in place of every secret in it. What was hidden before stays as it is. */
export function redactText(text: string, hide: Hide): string {
  const once: Hide = (secret) => (secret === '' || isPlaceholder(secret) ? secret : hide(secret));
  const second = (_: string, before: string, secret: string): string => before + once(secret);
  const plain = withoutUsers(
    text
      .replaceAll(privateKey, once)
      .replaceAll(verifier, once)
      .replaceAll(sqlPassword, second)
      .replaceAll(flag, second)
      .replaceAll(userFlag, second)
      .replaceAll(authorization, second),
    once,
  );
  return withoutAssigned(plain, once);
}

/** Texts that stand for what was hidden, here or in a bag. */
export function isPlaceholder(text: string): boolean {
  return /^\{(?:secret|password)(?::[\w?]+)?\}$/.test(text);
}

function withoutAssigned(text: string, hide: Hide): string {
  let redacted = '';
  let done = 0;
  for (const match of text.matchAll(assignment)) {
    const { index } = match;
    if (index < done) continue;
    const { from, to } = valueSpan(text, index, index + match[0].length);
    redacted += text.slice(done, from) + hide(text.slice(from, to));
    done = to;
  }
  return redacted + text.slice(done);
}

/** Each URL ends where the next one begins, whatever separates them. */
function withoutUsers(text: string, hide: Hide): string {
  const [first = '', ...rests] = text.split('://');
  let before = first;
  let redacted = first;
  for (const rest of rests) {
    const end = rest.search(/[\s"<>]/);
    const found = end < 0 ? rest : rest.slice(0, end);
    // A scheme that is none is a word before a comment.
    const isUrl = /[a-z0-9]$/i.test(before);
    redacted += `://${isUrl ? withoutUser(found, hide) + rest.slice(found.length) : rest}`;
    before = rest;
  }
  return redacted;
}

/** Redacts what follows `://`. A slash in a password makes it look like a path, which then holds the `@`. */
function withoutUser(rest: string, hide: Hide): string {
  const slash = rest.search(/[/?#]/);
  const authority = slash < 0 ? rest : rest.slice(0, slash);
  const port = authority.slice(authority.indexOf(':') + 1);
  const isCut = authority.includes(':') && !/^\d+$/.test(port) && !port.endsWith(']');
  const at = authority.includes('@') || !isCut ? authority.lastIndexOf('@') : rest.lastIndexOf('@');
  if (at < 0 || isPlaceholder(rest.slice(0, at))) return rest;
  const user = rest.slice(0, at);
  const colon = user.indexOf(':');
  if (colon < 0 && user.length <= longestUser) return rest;
  const kept = colon < 0 ? '' : user.slice(0, colon + 1);
  return kept + hide(user.slice(kept.length)) + rest.slice(at);
}
