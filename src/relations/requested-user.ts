/**
 * Words of `extra-user-roles`: attributes of the user, shorthands of other charms, and names of group
 * roles.
 */

import { entryOf } from '../server/entry-of.ts';
import { shownName } from '../server/identifiers.ts';
import { plainAttributes, type UserAttributes } from './client-request.ts';
import { checkedRoles, commaItems } from './word-lists.ts';

/** An attribute a client may have; null where the word says what every user has anyway. */
const ATTRIBUTES: Readonly<Record<string, keyof UserAttributes | null>> = {
  SUPERUSER: 'superuser',
  REPLICATION: 'replication',
  CREATEDB: 'createDatabase',
  CREATEROLE: 'createRole',
  LOGIN: null,
  INHERIT: null,
};

/** Roles that other PostgreSQL charms have for clients that make databases of their own. */
const ADMINISTRATORS = ['admin', 'charmed_admin', 'charmed_dba'];

export interface RequestedUser {
  readonly attributes: UserAttributes;
  readonly roles: readonly string[];
  readonly problems: readonly string[];
}

/** Parses `extra-user-roles` and `extra-group-roles`. Roles are sorted. */
export function requestedUser(extraUserRoles: string, extraGroupRoles: string): RequestedUser {
  const attributes: Record<keyof UserAttributes, boolean> = { ...plainAttributes };
  const names: string[] = [...commaItems(extraGroupRoles)];
  const problems: string[] = [];
  for (const word of commaItems(extraUserRoles)) {
    const attribute = entryOf(ATTRIBUTES, word.toUpperCase());
    if (attribute !== undefined) {
      if (attribute !== null) attributes[attribute] = true;
    } else if (ADMINISTRATORS.includes(word)) {
      attributes.createDatabase = true;
    } else if (/^[A-Z]+$/.test(word)) {
      // Misspelt attributes should not quietly become roles that give nothing.
      const known = Object.keys(ATTRIBUTES).join(', ');
      problems.push(`extra-user-roles holds ${shownName(word)}; attributes are ${known}`);
    } else {
      names.push(word);
    }
  }
  const roles = checkedRoles(names);
  return { attributes, roles: roles.items, problems: [...problems, ...roles.problems] };
}
