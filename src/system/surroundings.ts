/** Changes to a command's environment; null takes a variable away. */
export type Variables = Readonly<Record<string, string | null>>;

/**
 * `command` in the C locale, so that what it says can be read, and with `variables`; all other variables are
 * this process's own.
 */
export function inSurroundings(command: readonly string[], variables: Variables = {}): string[] {
  const changes = Object.entries<string | null>({ LC_ALL: 'C', ...variables });
  const removed = changes.flatMap(([name, value]) => (value === null ? ['-u', name] : []));
  const set = changes.flatMap(([name, value]) => (value === null ? [] : [`${name}=${value}`]));
  return ['env', ...removed, ...set, ...command];
}
