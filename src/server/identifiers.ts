/** The one place where a name becomes part of an SQL statement; other texts are parameters. */

const NAME_LIMIT_BYTES = 63;

/** `name` as a quoted SQL identifier. Names pass through `identifierProblem` first. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Reason `name` cannot be the name of something in PostgreSQL; null when it can. */
export function identifierProblem(name: string): string | null {
  if (name === '') return 'the name is empty';
  if (name.includes('\0')) return 'the name holds a NUL character';
  if (!name.isWellFormed()) return 'the name is not well-formed Unicode';
  const bytes = new TextEncoder().encode(name).length;
  if (bytes > NAME_LIMIT_BYTES)
    return `the name is ${bytes} bytes long and PostgreSQL takes ${NAME_LIMIT_BYTES}`;
  return null;
}

/** `name` fit for a message: cut, control characters and quotes escaped. */
export function shownName(name: string): string {
  const cut = name.length > 40 ? `${name.slice(0, 40)}…` : name;
  return JSON.stringify(cut);
}
