/** A break shorter than this many looks is a restart, or a change of upstream under way. */
const looksNeeded = 2;

/**
 * Tells, look for look, when to wake the charm: a standby that received WAL does so no more, or does again. A look that finds no standby
 * (`null`) says nothing.
 */
export function streamWatch(): (receives: boolean | null) => boolean {
  let last: boolean | null = null;
  let different = 0;
  return (receives) => {
    // A standby that has never received is still on its way there, and the charm waits for it.
    if (receives === null || (last === null && !receives)) return false;
    last ??= receives;
    different = receives === last ? 0 : different + 1;
    if (different < looksNeeded) return false;
    last = receives;
    different = 0;
    return true;
  };
}
