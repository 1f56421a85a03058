/** Option relation_database_privileges. */

const WORDS = ['ALL', 'CONNECT', 'CREATE', 'TEMPORARY', 'TEMP'];

/** Words of the comma list, upper case; with a wrong one among them clients get CONNECT alone. */
export function readDatabasePrivileges(text: string): {
  readonly words: readonly string[];
  readonly problems: readonly string[];
} {
  const words = text
    .split(',')
    .map((word) => word.trim().toUpperCase())
    .filter((word) => word !== '');
  const wrong = words.find((word) => !WORDS.includes(word));
  if (wrong === undefined) return { words, problems: [] };
  const problem = `relation_database_privileges: "${wrong.slice(0, 40)}" is not one of ${WORDS.join(', ')}`;
  return { words: ['CONNECT'], problems: [problem] };
}
