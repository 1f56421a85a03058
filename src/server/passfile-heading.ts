/**
 * The passfile a standby authenticates with. Its first line tells what it was made for, and is all that an
 * observation shows.
 */

/** First line of the file. `hosts` are sorted here, so their order is moot. */
export function passfileHeading(role: string, hosts: readonly string[], fingerprint: string): string {
  return `# ${JSON.stringify({ role, hosts: [...new Set(hosts)].toSorted(), fingerprint })}`;
}
