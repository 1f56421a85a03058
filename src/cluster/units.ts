/** Unit names: their order and the names PostgreSQL gets for them. */

/** The number in `postgresql/12`; -1 for a name without one. */
export function unitNumber(unit: string): number {
  const match = /\/(\d+)$/.exec(unit);
  return match === null ? -1 : Number(match[1]);
}

/** Orders units by number, so that postgresql/10 comes after postgresql/9. */
export function compareUnits(left: string, right: string): number {
  const difference = unitNumber(left) - unitNumber(right);
  if (difference !== 0) return difference;
  return left < right ? -1 : left > right ? 1 : 0;
}

/** `postgresql_1` for `postgresql/1`: its replication slot and its application_name at the upstream. */
export function slotName(unit: string): string {
  return unit
    .toLowerCase()
    .replaceAll(/[^a-z0-9_]/g, '_')
    .slice(-63);
}
