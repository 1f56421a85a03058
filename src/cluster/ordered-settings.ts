/**
 * Settings a standby must not have lower than its primary (max_connections and its siblings), or it stops
 * replaying. They are raised on standbys first and lowered on the primary first.
 */
import { entryOf } from '../server/entry-of.ts';

/** A member's values as running now, or those its WAL asks for; empty while unknown. */
export type Running = Readonly<Record<string, number>>;

/**
 * The values this unit should write now on the way to `desired`. `others`: of a primary its standbys, of a
 * standby its primary, and what the WAL it has replayed asks for: it does not start with less. A primary raises a
 * setting only as far as every standby has it already; a standby lowers one only as far as the primary has. Values that are not known hold nobody back.
 */
export function orderedSettings(
  role: 'primary' | 'standby',
  desired: Running,
  own: Running,
  others: readonly Running[],
): Record<string, number> {
  const result: Record<string, number> = {};
  for (const [name, value] of Object.entries(desired)) {
    const now = entryOf(own, name);
    const known = others.flatMap((running) => entryOf(running, name) ?? []);
    if (role === 'standby') result[name] = Math.max(value, ...known);
    else if (now === undefined || known.length === 0) result[name] = value;
    else result[name] = Math.min(value, Math.max(now, Math.min(...known)));
  }
  return result;
}
