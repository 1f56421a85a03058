/** JSON as it comes out of bags, comments and files: read without ever throwing. */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** The value of a JSON text, or undefined when it is none. */
export function parsedJson(text: string): Json | undefined {
  // Mostly a key that is not there: an error costs a hundred times as much.
  if (text === '') return undefined;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
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
  return `{${keys.map((key) => `${JSON.stringify(key)}:${steadyJson(value[key] ?? null)}`).join(',')}}`;
}
