/** Numbers drawn from a seed, the same on every machine. */

export interface Random {
  /** A whole number from 0 to `bound` - 1. */
  below(bound: number): number;
  /** True once in `times` on average. */
  oneIn(times: number): boolean;
  pick<T>(items: readonly T[]): T;
}

/** A mulberry32 generator. */
export function randomFrom(seed: number): Random {
  let state = (seed * 0x9e3779b1 + 0x6d2b79f5) | 0;
  const below = (bound: number): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % bound;
  };
  return {
    below,
    oneIn: (times) => below(times) === 0,
    pick: <T>(items: readonly T[]): T => {
      const item = items[below(items.length)];
      if (item === undefined) throw new Error('nothing to pick from');
      return item;
    },
  };
}
