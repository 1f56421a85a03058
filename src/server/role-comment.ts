/** Comment of a role that the charm made, so that the server itself tells what the charm made and granted. */

import type { RoleComment } from './catalog-steps.ts';
import { isJsonList, jsonObject } from './json.ts';

const PREFIX = 'Made by the PostgreSQL charm: ';
const kinds = ['user', 'group', 'owner', 'replication'] as const;

/** The comment that says `note`. */
export function roleCommentText(note: RoleComment): string {
  const { made, groups, password } = note;
  return PREFIX + JSON.stringify({ made, groups: [...groups].toSorted(), password });
}

/**
 * The note in a comment; null when the role was not made by the charm or somebody changed the comment
 * beyond reading.
 */
export function parseRoleComment(comment: string | null): RoleComment | null {
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
