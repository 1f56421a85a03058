/** Option relation_database_privileges. */
import { type DatabasePrivilege, databasePrivileges } from '../../server/database-privileges.ts';

const WORDS: readonly string[] = ['ALL', ...databasePrivileges, 'TEMP'];

/**
 * Privileges of the comma list, spelled out. CONNECT is always among them: without it the rest is of no use. With a wrong word among
 * them clients get CONNECT alone.
 */
export function readDatabasePrivileges(text: string): {
  readonly privileges: readonly DatabasePrivilege[];
  readonly problems: readonly string[];
} {
  const words = text
    .split(',')
    .map((word) => word.trim().toUpperCase())
    .filter((word) => word !== '');
  const wrong = words.find((word) => !WORDS.includes(word));
  if (wrong !== undefined) {
    const problem = `relation_database_privileges: "${wrong.slice(0, 40)}" is not one of ${WORDS.join(', ')}`;
    return { privileges: ['CONNECT'], problems: [problem] };
  }
  const all = words.includes('ALL');
  const named = new Set(['CONNECT', ...words.map((word) => (word === 'TEMP' ? 'TEMPORARY' : word))]);
  return { privileges: databasePrivileges.filter((word) => all || named.has(word)), problems: [] };
}
