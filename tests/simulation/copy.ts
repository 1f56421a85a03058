/** A copy of a world that goes its own way. */
import type { World } from './world.ts';

/** Fields whose value is never changed in place, but replaced. */
const shared = new Set([
  'charm',
  'kept',
  'reading',
  'options',
  'clients',
  'loaded',
  'ordered',
  'history',
  'catalog',
]);

/** Copies everything that a world changes in place; what is one object in two places stays one. Hooks under way cannot be copied. */
export function copyOf(world: World, changed: Pick<World, 'seed' | 'random' | 'story'>): World {
  if (world.units.some(({ hook }) => hook !== null)) throw new Error('a hook is under way');
  return { ...copied({ ...world, random: null, story: null }, new Map()), ...changed };
}

function copied<T>(value: T, copies: Map<object, object>): T {
  if (typeof value !== 'object' || value === null) return value;
  const known = copies.get(value);
  if (known !== undefined) return known as T;
  // Bags and names: what these hold is never changed in place.
  if (value instanceof Map) return new Map(value) as T;
  if (value instanceof Set) return new Set(value) as T;
  const copy: object = Array.isArray(value) ? [] : {};
  copies.set(value, copy);
  for (const [key, part] of Object.entries(value)) {
    Object.assign(copy, { [key]: shared.has(key) ? part : copied(part, copies) });
  }
  return copy as T;
}
