/** Reading text from bags without exceptions. */

/** A whole number of at most 15 digits, or null. */
export function integer(text: string | null): number | null {
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null;
}

/** The JSON value in `text`, or undefined when it is not JSON. */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** The JSON object in `text`, or null when it is anything else. */
export function jsonObject(text: string | null): Record<string, unknown> | null {
  const value = text === null ? undefined : readJson(text);
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : null;
}
