/** Which open sessions the rules in force would not let in any more: access that is closed is closed for them too. */
import { networkContains } from './address.ts';
import type { CatalogFacts, OlderSessions } from './catalog-facts.ts';
import type { HbaGrant } from './hba.ts';
import { parseNote } from './role-note.ts';

export interface RulesInForce {
  readonly grants: readonly HbaGrant[];
  /** Users that relations log in as. */
  readonly users: readonly string[];
  readonly adminNetworks: readonly string[];
  /** Option extra_pg_auth has lines. What they let in cannot be told, so who is a client still is left alone. */
  readonly extraLines: boolean;
}

/**
 * Sessions to be ended. Only users the charm made for clients are looked at. Which database a session is in does not
 * matter: a client that asks for another one leaves the former by itself.
 */
export function closedSessions(
  seen: Pick<CatalogFacts, 'roles' | 'olderSessions'>,
  rules: RulesInForce,
): readonly OlderSessions[] {
  const made = new Set(
    seen.roles.flatMap(({ name, comment }) => (parseNote(comment)?.made === 'user' ? [name] : [])),
  );
  return (seen.olderSessions ?? []).filter(({ user, address }) => {
    if (!made.has(user) || (rules.extraLines && rules.users.includes(user))) return false;
    const networks = rules.grants
      .filter((grant) => typeof grant.user !== 'string' || grant.user === user)
      .map(({ network }) => network);
    return ![...networks, ...rules.adminNetworks].some((network) => networkContains(network, address));
  });
}
