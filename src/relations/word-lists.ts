/** Lists of names as strangers write them: comma lists of roles and extensions. */
import type { DesiredExtension } from '../server/catalog-facts.ts';
import { shownName } from '../server/identifiers.ts';
import { extensionProblem, roleNameProblem } from './names.ts';

/** More items than this in one list are a mistake or an attack. */
const MOST_ITEMS = 100;

/** A list is of use only as a whole: with problems it has no items. */
export interface Listed<T> {
  readonly items: readonly T[];
  readonly problems: readonly string[];
}

/** Items of a comma list, in the order given, without blanks around them, empty ones and repetitions. */
export function commaItems(text: string): string[] {
  const items = text.split(',').map((item) => item.trim());
  return [...new Set(items.filter((item) => item !== ''))];
}

/** Roles of a comma list, sorted. */
export function rolesOf(text: string): Listed<string> {
  return checkedRoles(commaItems(text));
}

/** The roles, sorted, when all their names can be granted. */
export function checkedRoles(names: readonly string[]): Listed<string> {
  const many = tooMany('roles', names);
  const problems = many === null ? names.flatMap((name) => roleNameProblem(name) ?? []) : [many];
  return { items: problems.length > 0 ? [] : [...new Set(names)].toSorted(), problems };
}

/** Extensions of a comma list: `citext`, `hstore:public` or `hstore(public)` each. Sorted by name. */
export function extensionsOf(text: string): Listed<DesiredExtension> {
  const texts = commaItems(text);
  const many = tooMany('extensions', texts);
  if (many !== null) return { items: [], problems: [many] };
  const extensions = new Map<string, DesiredExtension>();
  const problems: string[] = [];
  for (const item of texts) {
    const extension = extensionOf(item);
    const before = extensions.get(extension.name);
    const problem =
      before !== undefined && before.schema !== extension.schema
        ? `extension ${shownName(extension.name)} is asked for in two schemas; ask for it once`
        : extensionProblem(extension.name, extension.schema);
    if (problem !== null) problems.push(problem);
    extensions.set(extension.name, extension);
  }
  if (problems.length > 0) return { items: [], problems };
  const names = [...extensions.keys()].toSorted();
  return { items: names.flatMap((name) => extensions.get(name) ?? []), problems };
}

function extensionOf(item: string): DesiredExtension {
  const bracket = /^([^(:]*)\((.*)\)$/s.exec(item);
  if (bracket !== null) return { name: (bracket[1] ?? '').trim(), schema: (bracket[2] ?? '').trim() };
  const colon = item.indexOf(':');
  if (colon < 0) return { name: item, schema: null };
  return { name: item.slice(0, colon).trim(), schema: item.slice(colon + 1).trim() };
}

function tooMany(what: string, items: readonly string[]): string | null {
  if (items.length <= MOST_ITEMS) return null;
  return `${items.length} ${what} are asked for and at most ${MOST_ITEMS} are granted; ask for fewer`;
}
