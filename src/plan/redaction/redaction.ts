/** Redaction of everything that leaves the process for people: what is printed, logged, shown in a status or told as a result. */
import { isJsonList, isJsonObject, type Json, parsedJson } from '../../server/json.ts';
import type { OptionValues } from '../options/options.ts';
import { isSecretName } from './names.ts';
import { type Hide, isPlaceholder, redactText } from './texts.ts';

export interface Redaction {
  /** A text without secrets. */
  readonly text: (text: string) => string;
  /**
   * Plain data without secrets. The same secret has the same number wherever it stands, so that an observation that was printed still plans the
   * same.
   */
  readonly data: (value: unknown) => unknown;
}

/** Shorter ones, and plain words, would be found in texts that have nothing to do with them. */
const shortestKnown = 8;
const shortestBeginning = 4;

/** The redaction for an operator's options: what is secret in them is one wherever else it turns up. */
export function redactionOf(options: OptionValues): Redaction {
  const known = secretsIn(options).toSorted((left, right) => right.length - left.length);
  const clean = (text: string, hide: Hide): string => {
    const whole = known.reduce((before, secret) => before.replaceAll(secret, () => hide(secret)), text);
    const rest = known.reduce((before, secret) => withoutBeginning(before, secret, hide), whole);
    return redactText(rest, hide);
  };
  return {
    text: (text) => clean(text, () => '{secret}'),
    data: (value) => {
      const spared = fingerprintsOf(value as Json);
      const numbers = new Map<string, number>();
      const hide: Hide = (secret) => {
        if (spared.has(secret)) return secret;
        const number = numbers.get(secret) ?? numbers.size + 1;
        numbers.set(secret, number);
        return `{secret:${number}}`;
      };
      return redactData(value as Json, (text) => clean(text, hide), hide);
    },
  };
}

function secretsIn(options: OptionValues): string[] {
  const found = new Set<string>();
  const note: Hide = (secret) => {
    found.add(secret);
    return '{secret}';
  };
  for (const [name, value] of Object.entries(options)) {
    if (typeof value !== 'string') continue;
    if (isSecretName(name)) for (const line of [value, ...value.split('\n')]) found.add(line.trim());
    else redactText(value, note);
  }
  return [...found].filter((secret) => secret.length >= shortestKnown && !/^[a-z -]+$|^\{/.test(secret));
}

/** A message may have cut the secret short; then a quote, an ellipsis or nothing follows its beginning. */
function withoutBeginning(text: string, secret: string, hide: Hide): string {
  const beginning = secret.slice(0, shortestBeginning);
  let redacted = '';
  let done = 0;
  for (let at = text.indexOf(beginning); at >= 0; at = text.indexOf(beginning, Math.max(done, at + 1))) {
    let end = at + beginning.length;
    while (end - at < secret.length && text[end] === secret[end - at]) end += 1;
    const isCut = end === text.length ? end - at >= shortestKnown : /["…]/.test(text[end] ?? '');
    if (!isCut) continue;
    redacted += text.slice(done, at) + hide(secret);
    done = end;
  }
  return redacted + text.slice(done);
}

/** Fingerprints tell passwords apart and give none away; a plan rests on them. */
function fingerprintsOf(value: Json): ReadonlySet<string> {
  const facts = isJsonObject(value) ? value : {};
  const holders = [facts['credentials'], facts['memory']];
  const found = holders.flatMap((holder) => {
    const fingerprints = isJsonObject(holder) ? holder['fingerprints'] : undefined;
    return isJsonObject(fingerprints) ? Object.values(fingerprints) : [];
  });
  return new Set(found.filter((each) => typeof each === 'string'));
}

function redactData(value: Json, clean: (text: string) => string, hide: Hide): Json {
  if (typeof value === 'string') return redactedString(value, clean, hide);
  if (isJsonList(value)) return value.map((item) => redactData(item, clean, hide));
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).map(([name, inner]) => {
    const isSecret = typeof inner === 'string' && isSecretName(name) && !tellsNothing(inner);
    return [name, isSecret ? hide(inner) : redactData(inner, clean, hide)] as const;
  });
  return Object.fromEntries(entries);
}

/** Nothing, something that was hidden before, or the address of a secret: its label ends like the name of one. */
function tellsNothing(text: string): boolean {
  return text === '' || isPlaceholder(text) || /^secret:[\w/-]+$/.test(text);
}

/** A bag may hold JSON in a text; that stays letter by letter as it was when there is no secret in it. */
function redactedString(text: string, clean: (text: string) => string, hide: Hide): string {
  const inner = /^\s*[[{]/.test(text) ? parsedJson(text) : undefined;
  if (inner === undefined) return clean(text);
  const redacted = JSON.stringify(redactData(inner, clean, hide));
  return redacted === JSON.stringify(inner) ? text : redacted;
}
