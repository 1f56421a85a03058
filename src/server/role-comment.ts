/** Comments on roles in which charms without a registry noted what they made. Nothing writes them any more. */
import type { RoleNote } from './catalog-facts.ts';
import { isJsonList, jsonObject } from './json.ts';

const PREFIX = 'Made by the PostgreSQL charm: ';
const kinds = ['user', 'group', 'owner', 'replication'] as const;

/**
 * The note in a comment; null when the role was not made by the charm or somebody changed the comment
 * beyond reading.
 */
export function parseRoleComment(comment: string | null): Omit<RoleNote, 'powerful'> | null {
  if (comment === null || !comment.startsWith(PREFIX)) return null;
  const value = jsonObject(comment.slice(PREFIX.length));
  if (value === null) return null;
  const { made, groups, password } = value;
  const kind = kinds.find((known) => known === made);
  if (kind === undefined || !isJsonList(groups)) return null;
  return {
    made: kind,
    groups: groups.filter((group): group is string => typeof group === 'string'),
    password: typeof password === 'string' ? password : null,
  };
}
