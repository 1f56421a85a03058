/** Values after an equals sign as pg_hba.conf, postgresql.conf, connection strings, shells and YAML write them. */

export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Quotes that may stand around a value, the longer ones first: doubled or escaped when the whole is quoted already. */
const quotes = ["''", "\\'", '\\"', '"', "'"];

/** The value that begins at `at`, without quotes around it. `name` is where the name before it begins: a quote before that ends the value too. */
export function valueSpan(text: string, name: number, at: number): Span {
  if (text[name - 1] === '"' && !text.slice(name, at).includes('"'))
    return { from: at, to: closing(text, at, '"') };
  const quote = quotes.find((each) => text.startsWith(each, at));
  if (quote === undefined) return { from: at, to: bareEnd(text, at) };
  const from = at + quote.length;
  return { from, to: closing(text, from, quote) };
}

/** Position of the closing quote: a single one that is doubled or escaped does not close. The end of the line when none does. */
function closing(text: string, from: number, quote: string): number {
  for (let at = from; at < text.length && text[at] !== '\n'; at += 1) {
    if (text.startsWith(quote, at)) {
      if (quote.length > 1 || text[at + 1] !== quote) return at;
      at += 1;
    } else if (text[at] === '\\' && quote.length === 1) at += 1;
  }
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}

/** A value without quotes ends at a blank, at the quote of what it stands in, and at a comma before the next line of pg_hba.conf. */
function bareEnd(text: string, from: number): number {
  for (let at = from; at < text.length; at += 1) {
    const rest = text.slice(at, at + 40);
    if (/^\s/.test(rest) || /^,[ \t]*(?:local|host\w*)\s/.test(rest)) return at;
    if (/^\\?['"]{1,2}(?:[\s,;)\]}#]|$)/.test(rest)) return at;
    // A part of a field of pg_hba.conf may be quoted.
    if (rest.startsWith('"')) {
      const end = closing(text, at + 1, '"');
      if (text[end] !== '"') return at;
      at = end;
    }
  }
  return text.length;
}
