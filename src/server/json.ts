/** JSON as it comes out of bags, comments and files: read without ever throwing. */
import { entryOf } from './entry-of.ts';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** Nothing that is read here nests deeper; who walks a value calls itself for each level. */
const DEEPEST = 100;

/** The value of a JSON text, or undefined when it is none, or nests too deep to be walked. */
export function parsedJson(text: string): Json | undefined {
  // Empty text is mostly a key that is not there; an error would cost a hundred times as much.
  if (text === '' || isDeeper(text, DEEPEST)) return undefined;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** True when brackets outside of strings nest deeper than `limit`. One look at each character, whatever the text is. */
function isDeeper(text: string, limit: number): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length && depth <= limit; at += 1) {
    const character = text[at];
    if (inString && character === '\\') at += 1;
    else if (character === '"') inString = !inString;
    else if (!inString && (character === '[' || character === '{')) depth += 1;
    else if (!inString && (character === ']' || character === '}')) depth -= 1;
  }
  return depth > limit;
}

/** The JSON object in `text`, or null when it is anything else. */
export function jsonObject(text: string | null | undefined): JsonObject | null {
  const value = parsedJson(text ?? '');
  return isJsonObject(value) ? value : null;
}

/** The strings of a JSON list of strings; undefined when it is anything else. */
export function jsonStrings(text: string): readonly string[] | undefined {
  const value = parsedJson(text);
  if (!isJsonList(value)) return undefined;
  const strings = value.filter((item) => typeof item === 'string');
  return strings.length === value.length ? strings : undefined;
}

export function isJsonList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A JSON text that is the same for the same content, in whatever order it was put together. */
export function steadyJson(value: Json): string {
  if (isJsonList(value)) return `[${value.map(steadyJson).join(',')}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const keys = Object.keys(value).toSorted();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${steadyJson(entryOf(value, key) ?? null)}`).join(',')}}`;
}
