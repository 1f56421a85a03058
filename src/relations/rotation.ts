/** Users whose passwords a scope of action rotate-password names, and clients among them that cannot be told. */
import type { DesiredGrant } from '../server/catalog-facts.ts';
import { shownName } from '../server/identifiers.ts';
import { relationMessage } from './client-request.ts';
import { wireFormat } from './postgresql-client-text.ts';
import type { ClientRelation } from './relation-facts.ts';

export interface Rotation {
  /** Roles that get a new password, sorted. */
  readonly users: readonly string[];
  /** `database:5 (webapp): why`, of clients that log in as one of `users` or were left out. */
  readonly unreached: readonly string[];
}

const CANNOT_BE_TOLD =
  'it took its password in plain keys of postgresql_client v0, which has no event for a new one';

/**
 * Parses `scope`: a relation (`db:3`), `clients`, `replication`, or one role. `clients` leaves out those that cannot be told; naming one of
 * them rotates its password all the same.
 */
export function rotationOf(
  scope: string,
  relations: readonly ClientRelation[],
  grants: readonly DesiredGrant[],
  replicationRole: string,
): Rotation | { readonly problem: string } {
  if (scope === 'replication' || scope === replicationRole)
    return { users: [replicationRole], unreached: [] };
  const deaf = relations.filter(cannotBeTold);
  const deafUsers = usersOf(deaf, grants);
  if (scope === 'clients') {
    const users = sorted(grants.map(({ user }) => user)).filter((user) => !deafUsers.includes(user));
    return { users, unreached: deaf.map(leftOut) };
  }
  const users = sorted(
    grants.filter(({ relation, user }) => relation === scope || user === scope).map(({ user }) => user),
  );
  if (users.length === 0) return { problem: unknownScope(scope, grants, replicationRole) };
  const concerned = deaf.filter((relation) =>
    usersOf([relation], grants).some((user) => users.includes(user)),
  );
  return { users, unreached: concerned.map(toBeTold) };
}

/** Credentials in plain keys: the bag is changed all the same, but the client's library does not look. */
function cannotBeTold(relation: ClientRelation): boolean {
  const plain = (relation.ownApplicationBag?.['username'] ?? '') !== '';
  return relation.endpoint === 'database' && wireFormat(relation) === 'v0' && plain;
}

function leftOut({ id, remoteApplication }: ClientRelation): string {
  const why = `${CANNOT_BE_TOLD}; it was left out, name ${id} as the scope to rotate it all the same`;
  return relationMessage(id, remoteApplication, why);
}

function toBeTold({ id, remoteApplication }: ClientRelation): string {
  return relationMessage(id, remoteApplication, `${CANNOT_BE_TOLD}; remove the relation and make it again`);
}

function unknownScope(scope: string, grants: readonly DesiredGrant[], replicationRole: string): string {
  const known = sorted([
    ...grants.flatMap(({ relation, user }) => [relation, user]),
    'clients',
    'replication',
    replicationRole,
  ]);
  return `there is nothing called ${shownName(scope)} to rotate; there are: ${known.join(', ')}`;
}

function usersOf(relations: readonly ClientRelation[], grants: readonly DesiredGrant[]): string[] {
  const ids = relations.map(({ id }) => id);
  return grants.filter(({ relation }) => ids.includes(relation)).map(({ user }) => user);
}

function sorted(texts: readonly string[]): string[] {
  return [...new Set(texts)].toSorted();
}
