/** Sessions that the rules in force would not let in any more: access that is closed is closed for them too. */
import { networkContains } from './address.ts';
import type { CatalogFacts, OlderSessions } from './catalog-facts.ts';
import type { HbaGrant } from './hba.ts';
import { knownRoles } from './registry.ts';

export interface RulesInForce {
  /** The units' own role; its rules are not looked at. */
  readonly replicationRole: string;
  readonly grants: readonly HbaGrant[];
  /** Users that relations log in as. */
  readonly users: readonly string[];
  readonly adminNetworks: readonly string[];
  /** Option extra_pg_auth has lines. Whom they let in cannot be told. */
  readonly extraLines: boolean;
}

/**
 * Sessions to be ended: of clients that are gone, of roles that a gone administering client made, of operators whose address is
 * none any more. With lines in extra_pg_auth only users the charm made for clients that are gone. Which database a session
 * is in does not matter: a client that asks for another one leaves the former by itself.
 */
export function closedSessions(
  seen: Pick<CatalogFacts, 'roles' | 'registry' | 'olderSessions'>,
  rules: RulesInForce,
): readonly OlderSessions[] {
  const clients = new Set(
    [...knownRoles(seen)].flatMap(([name, { made }]) => (made === 'user' ? [name] : [])),
  );
  return (seen.olderSessions ?? []).filter(({ user, address }) => {
    const gone = clients.has(user) && !rules.users.includes(user);
    if (user === rules.replicationRole || (rules.extraLines && !gone)) return false;
    const networks = rules.grants
      .filter((grant) => typeof grant.user !== 'string' || grant.user === user)
      .map(({ network }) => network);
    return ![...networks, ...rules.adminNetworks].some((network) => networkContains(network, address));
  });
}
