/** Results that are the same for the same key, kept: seeds ask for the same ones again and again. */

const most = 5_000;

/** The known value, or `make()`. Bounded: a long run has many keys. */
export function remembered<T>(known: Map<string, T>, key: string, make: () => T): T {
  const found = known.get(key);
  if (found !== undefined) return found;
  if (known.size >= most) known.clear();
  const made = make();
  known.set(key, made);
  return made;
}
