/** Values that several parts of a plan need, worked out once for each situation. */

/** `work`, which has to be pure, with its result kept as long as the object it is about. */
export function once<About extends object, Value>(work: (about: About) => Value): (about: About) => Value {
  const known = new WeakMap<About, { readonly value: Value }>();
  return (about) => {
    const found = known.get(about);
    if (found !== undefined) return found.value;
    const value = work(about);
    known.set(about, { value });
    return value;
  };
}
