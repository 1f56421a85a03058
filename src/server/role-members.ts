/** Members of the charm's roles. A member may become the role, so one that the charm did not make takes the role out of its hands. */
import type { Membership, RoleFacts } from './catalog-facts.ts';
import { quoteIdentifier, shownName } from './identifiers.ts';

/** Names of the roles that are superusers: nothing holds against them. */
export function superusersOf(roles: Iterable<RoleFacts>): ReadonlySet<string> {
  return new Set([...roles].flatMap(({ name, superuser }) => (superuser ? [name] : [])));
}

/**
 * A membership in `role` that neither the charm nor an operator can have meant, or null: one given by somebody who is no superuser, or
 * one whose holder may give it to others. A role that is `powerful` must have no members at all.
 */
export function strangeMember(
  { members }: Pick<RoleFacts, 'members'>,
  superusers: ReadonlySet<string>,
  powerful: boolean,
): Membership | null {
  const isStrange = ({ member, grantor, admin }: Membership): boolean =>
    powerful || grantor === null || !superusers.has(grantor) || (admin && !superusers.has(member));
  return members.find(isStrange) ?? null;
}

/** Such a membership in words, with the way out. */
export function strangeMemberText(role: string, { member, grantor }: Membership): string {
  const by = grantor === null ? '' : ` (granted by ${shownName(grantor)})`;
  return (
    `role ${shownName(role)} has a member that this charm did not make: ${shownName(member)}${by}; ` +
    `take it away: REVOKE ${quoteIdentifier(role)} FROM ${quoteIdentifier(member)}`
  );
}
