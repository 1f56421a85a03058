/** A change shorter than this many looks is a restart, or a change of upstream under way. */
const looksNeeded = 2;

/**
 * Tells, look for look, when to wake the charm: what is seen of the streams is other than before, twice in a row. A look that finds nothing
 * to tell (`null`, as of the other role) says nothing. `beginning` is what is seen before there was any stream: the charm waits for the first
 * one itself.
 */
export function streamWatch(beginning: string | null = null): (streams: string | null) => boolean {
  let last: string | null = null;
  let different = 0;
  return (streams) => {
    if (streams === null || (last === null && streams === beginning)) return false;
    last ??= streams;
    different = streams === last ? 0 : different + 1;
    if (different < looksNeeded) return false;
    last = streams;
    different = 0;
    return true;
  };
}
