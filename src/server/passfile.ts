/**
 * The passfile a standby authenticates with. Its first line tells what it was made for, and is all that an
 * observation shows.
 */
import type { ServerStep } from './steps.ts';

export interface PassfileWish {
  readonly path: string;
  readonly role: string;
  readonly hosts: readonly string[];
  /** Null when this pass does not know the password's fingerprint; then the one in the file stays. */
  readonly fingerprint: string | null;
}

/** First line of the file. `hosts` are sorted here, so their order is moot. */
export function passfileHeading(role: string, hosts: readonly string[], fingerprint: string): string {
  return `# ${JSON.stringify({ role, hosts: [...new Set(hosts)].toSorted(), fingerprint })}`;
}

/** The step that brings the passfile up to date; none when `heading` (null: no file) says that it is. */
export function planPassfile(wish: PassfileWish, heading: string | null): ServerStep[] {
  const { path, role, hosts } = wish;
  const fingerprint = wish.fingerprint ?? /"fingerprint":"([0-9a-f]+)"/.exec(heading ?? '')?.[1] ?? '';
  if (heading === passfileHeading(role, hosts, fingerprint) && fingerprint !== '') return [];
  return [{ kind: 'passfile.write', path, role, hosts: [...hosts].toSorted() }];
}
