/** Reads of a record by a key that comes from outside: a plain object has `constructor` and its like from its prototype. */

/** The record's own value under `key`; undefined when there is none. */
export function entryOf<T>(
  record: Readonly<Record<string, T>> | null | undefined,
  key: string,
): T | undefined {
  return record !== null && record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
}
