import { usageError } from './refusal.ts';

export type Fact = string | number | boolean;
/** Facts behind a query's names. An unknown name makes the query a usage error. */
export type Facts = Record<string, Fact>;
export type Query = (facts: Facts) => Fact;

type Tokens = string[];

/**
 * Reads a wait-for query: names, strings, numbers, true, false, `== != < > <= >= && ||` and parentheses.
 * Throws a usage error that names the place it did not understand; functions such as forEach are not
 * supported.
 */
export function parseQuery(text: string): Query {
  const tokens = text.match(/"[^"]*"|'[^']*'|&&|\|\||==|!=|<=|>=|[<>()]|[A-Za-z0-9_./-]+|\S/g) ?? [];
  const query = either(tokens, text);
  if (tokens.length > 0) usageError(`cannot parse query "${text}" at "${tokens[0]}"`);
  return query;
}

function either(tokens: Tokens, text: string): Query {
  let left = both(tokens, text);
  while (tokens[0] === '||') {
    tokens.shift();
    const [before, right] = [left, both(tokens, text)];
    left = (facts) => Boolean(before(facts)) || Boolean(right(facts));
  }
  return left;
}

function both(tokens: Tokens, text: string): Query {
  let left = comparison(tokens, text);
  while (tokens[0] === '&&') {
    tokens.shift();
    const [before, right] = [left, comparison(tokens, text)];
    left = (facts) => Boolean(before(facts)) && Boolean(right(facts));
  }
  return left;
}

const compare: Record<string, (a: Fact, b: Fact) => boolean> = {
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '>': (a, b) => a > b,
  '<=': (a, b) => a <= b,
  '>=': (a, b) => a >= b,
};

function comparison(tokens: Tokens, text: string): Query {
  const left = term(tokens, text);
  const test = compare[tokens[0] ?? ''];
  if (!test) return left;
  tokens.shift();
  const right = term(tokens, text);
  return (facts) => test(left(facts), right(facts));
}

function term(tokens: Tokens, text: string): Query {
  const token = tokens.shift();
  if (token === undefined) return usageError(`cannot parse query "${text}": it ends too early`);
  if (token === '(') {
    const inner = either(tokens, text);
    if (tokens.shift() !== ')') usageError(`cannot parse query "${text}": a parenthesis is not closed`);
    return inner;
  }
  if (/^["']/.test(token)) return () => token.slice(1, -1);
  if (/^\d+(\.\d+)?$/.test(token)) return () => Number(token);
  if (token === 'true' || token === 'false') return () => token === 'true';
  if (!/^[A-Za-z]/.test(token)) return usageError(`cannot parse query "${text}" at "${token}"`);
  if (tokens[0] === '(')
    return usageError(`"${token}(" is not supported in queries here: compare names with values`);
  return (facts) =>
    facts[token] ??
    usageError(`"${token}" is not known in this query: use one of ${Object.keys(facts).join(', ')}`);
}
