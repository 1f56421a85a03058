/**
 * `command` as the account postgres with all of its groups; unchanged when this process is not root and so
 * is that account.
 */
export function asPostgres(command: readonly string[]): string[] {
  if (process.getuid?.() !== 0) return [...command];
  return ['setpriv', '--reuid=postgres', '--regid=postgres', '--init-groups', ...command];
}
