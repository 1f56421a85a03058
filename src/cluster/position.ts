/**
 * WAL positions. PostgreSQL writes them as `0/4C42348`; as text they sort wrongly, so they are compared as
 * 64-bit numbers.
 */

declare const lsn: unique symbol;

/**
 * A position in the WAL, in bytes. Only `parsePosition` makes one, so a plain number or text is never
 * compared with it.
 */
export type Lsn = bigint & { readonly [lsn]: true };

const shape = /^([0-9A-Fa-f]{1,8})\/([0-9A-Fa-f]{1,8})$/;

/** Reads `16/B374D848`, with any number of digits in either half; null for anything else. */
export function parsePosition(text: string | null | undefined): Lsn | null {
  const match = shape.exec(text ?? '');
  if (match === null) return null;
  return ((BigInt(`0x${match[1]}`) << 32n) | BigInt(`0x${match[2]}`)) as Lsn;
}

/** Below zero when `left` comes first. Positions that cannot be read come before all others. */
export function comparePositions(left: string | null | undefined, right: string | null | undefined): number {
  const a = parsePosition(left) ?? -1n;
  const b = parsePosition(right) ?? -1n;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Bytes from `earlier` to `later`, never below zero; null when one of them cannot be read. */
export function bytesBetween(
  earlier: string | null | undefined,
  later: string | null | undefined,
): bigint | null {
  const from = parsePosition(earlier);
  const to = parsePosition(later);
  if (from === null || to === null) return null;
  return to > from ? to - from : 0n;
}
