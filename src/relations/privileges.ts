/** Option relation_database_privileges: what a client's user may do with its database. */
import { shownName } from '../server/identifiers.ts';
import { commaItems } from './word-lists.ts';

const WORDS = ['CONNECT', 'CREATE', 'TEMPORARY'];

export type DatabasePrivileges = { readonly privileges: readonly string[] } | { readonly problem: string };

/**
 * The privileges of the comma list, `ALL` spelled out, sorted. CONNECT is always among them: without it
 * nobody is a client.
 */
export function databasePrivileges(text: string): DatabasePrivileges {
  const granted = new Set(['CONNECT']);
  for (const item of commaItems(text)) {
    const word = item.toUpperCase();
    if (word === 'ALL' || word === 'ALL PRIVILEGES') WORDS.forEach((each) => granted.add(each));
    else if (word === 'TEMP') granted.add('TEMPORARY');
    else if (WORDS.includes(word)) granted.add(word);
    else {
      return {
        problem:
          `option relation_database_privileges holds ${shownName(item)}; ` +
          `it takes ALL, or a comma list of ${WORDS.join(', ')}`,
      };
    }
  }
  return { privileges: [...granted].toSorted() };
}
