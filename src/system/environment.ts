/** Changes to a command's environment; null takes a variable away. */
export type Variables = Readonly<Record<string, string | null>>;

/** Runs `command` in the C locale, so that its output can be parsed, and with `variables`; all others are this process's own. */
export function withEnvironment(command: readonly string[], variables: Variables = {}): string[] {
  const changes = Object.entries<string | null>({ LC_ALL: 'C', ...variables });
  const removed = changes.flatMap(([name, value]) => (value === null ? ['-u', name] : []));
  const set = changes.flatMap(([name, value]) => (value === null ? [] : [`${name}=${value}`]));
  return ['env', ...removed, ...set, ...command];
}
