import { passfileHeading } from '../server/passfile-heading.ts';
import type { RoleSecret } from './machine.ts';
import { writeManaged } from './managed-text.ts';

/**
 * Writes libpq's passfile: one line for each of `hosts`, any port and database, all with the password of
 * `role`.
 */
export async function writePassfile(
  path: string,
  role: string,
  hosts: readonly string[],
  secret: RoleSecret,
): Promise<void> {
  await writeManaged(path, passfileText(role, hosts, secret.password, secret.fingerprint), {
    mode: 0o600,
    owner: 'postgres',
  });
}

/**
 * The passfile's text; its first line tells which hosts and password it was made for without giving the
 * latter away.
 */
export function passfileText(
  role: string,
  hosts: readonly string[],
  password: string,
  fingerprint: string,
): string {
  const sorted = [...new Set(hosts)].toSorted();
  const lines = sorted.map((host) => [host, '*', '*', role, password].map(escaped).join(':'));
  return [passfileHeading(role, sorted, fingerprint), ...lines, ''].join('\n');
}

function escaped(field: string): string {
  return field === '*' ? field : field.replaceAll(/[\\:]/g, '\\$&');
}
