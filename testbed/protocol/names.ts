/**
 * Lowercase words joined by single hyphens, starting with a letter; the last word not all digits (not
 * verified).
 */
export function isCharmName(name: string): boolean {
  return /^[a-z][a-z0-9]*(-[a-z0-9]*[a-z][a-z0-9]*)*$/.test(name);
}

/** Application names follow the same rule as charm names. */
export function isApplicationName(name: string): boolean {
  return isCharmName(name);
}

/** `pg/0` → `pg`. */
export function applicationOf(unit: string): string {
  return unit.slice(0, unit.lastIndexOf('/'));
}

/** `pg/0` → `0`. */
export function numberOf(unit: string): number {
  return Number(unit.slice(unit.lastIndexOf('/') + 1));
}

/** `pg/0` → `unit-pg-0`, the name of its agent, folder and log entity. */
export function unitTag(unit: string): string {
  return `unit-${unit.replace('/', '-')}`;
}

/** Units by application, then by number: `pg/2` before `pg/10`. */
export function compareUnits(a: string, b: string): number {
  const [appA, appB] = [applicationOf(a), applicationOf(b)];
  if (appA !== appB) return appA < appB ? -1 : 1;
  return numberOf(a) - numberOf(b);
}

/** `secret:id`, `secret://model/id` or a bare id → id. Throws on anything else. */
export function secretId(uri: string): string {
  const match = /^(?:secret:)?(?:\/\/[0-9a-f-]+\/|\/)?([0-9a-v]{20})$/.exec(uri);
  if (match?.[1] === undefined) throw new Error(`secret URI "${uri}" not valid`);
  return match[1];
}
