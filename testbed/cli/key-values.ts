import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import * as z from 'zod';
import { refuse, usageError } from './refusal.ts';

const scalar = z.union([z.string(), z.number(), z.boolean()]);

/**
 * Splits `key=value`; the value may hold `=` and `@file` means the file's text. Null when there is no `=`.
 */
export function keyValue(text: string): [string, string] | null {
  const at = text.indexOf('=');
  if (at < 1) return null;
  const value = text.slice(at + 1);
  return [text.slice(0, at), value.startsWith('@') ? readText(value.slice(1)) : value];
}

/** Reads a file an operator named. Throws a Refusal when it cannot be read. */
export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    return refuse(`cannot read ${path}: ${(error as Error).message}`);
  }
}

/**
 * `--config` arguments (`key=value` or a YAML file with the application's section or bare options), later
 * ones win.
 */
export function configArguments(
  words: string[],
  application: string,
): Record<string, string | number | boolean> {
  const options: Record<string, string | number | boolean> = {};
  for (const word of words) {
    const pair = keyValue(word);
    if (pair) options[pair[0]] = pair[1];
    else Object.assign(options, configFile(word, application));
  }
  return options;
}

/** Options for an application from a YAML file. Throws a Refusal when it has none. */
export function configFile(path: string, application: string): Record<string, string | number | boolean> {
  const document = z.record(z.string(), z.unknown()).safeParse(parse(readText(path)));
  const section = document.success ? (document.data[application] ?? document.data) : undefined;
  const options = z.record(z.string(), scalar).safeParse(section);
  if (!options.success) return refuse(`no options for "${application}" in ${path}`);
  return options.data;
}

/**
 * Parameters of an action: `key=value` with dots nesting and values read as YAML, unless they are to stay
 * strings.
 * `file` (YAML) is read first.
 */
export function actionParameters(
  words: string[],
  options: { params?: string; stringArgs?: boolean },
): Record<string, unknown> {
  const result: Record<string, unknown> =
    options.params === undefined
      ? {}
      : (z.record(z.string(), z.unknown()).safeParse(parse(readText(options.params))).data ??
        refuse(`${options.params} does not hold a map of parameters`));
  for (const word of words) {
    const at = word.indexOf('=');
    if (at < 1) usageError(`argument "${word}" must be of the form key.key.key...=value`);
    const path = word.slice(0, at).split('.');
    const text = word.slice(at + 1);
    place(result, path, options.stringArgs ? text : (parse(text) as unknown));
  }
  return result;
}

function place(target: Record<string, unknown>, path: string[], value: unknown): void {
  const [first = '', ...rest] = path;
  if (rest.length === 0) {
    target[first] = value;
    return;
  }
  const inner = z.record(z.string(), z.unknown()).safeParse(target[first]);
  const map = inner.success ? inner.data : {};
  target[first] = map;
  place(map, rest, value);
}
