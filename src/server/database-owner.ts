/** Owner of a database that a client names: it may drop the database, and whatever others keep in it. */
import type { DatabaseFacts, DatabaseNote, RoleFacts, RoleNote } from './catalog-facts.ts';
import { quoteIdentifier, shownName } from './identifiers.ts';
import { superusersOf } from './role-members.ts';

export interface OwnerSurroundings {
  readonly roles: ReadonlyMap<string, RoleFacts>;
  readonly known: ReadonlyMap<string, RoleNote>;
  readonly databases: ReadonlyMap<string, DatabaseNote>;
}

/** Reason `user` is not given the database of this name, or null: somebody else owns it, or one that clients had is gone. */
export function databaseOwnerProblem(
  name: string,
  user: string,
  seen: readonly DatabaseFacts[],
  { roles, known, databases }: OwnerSurroundings,
): string | null {
  const facts = seen.find((database) => database.name === name);
  const note = databases.get(name);
  const shown = `database ${shownName(name)}`;
  if (facts === undefined) return goneProblem(name, note, seen);
  if (facts.owner === user) return null;
  const handOver = `to hand it over: ALTER DATABASE ${quoteIdentifier(name)} OWNER TO postgres`;
  if (known.get(facts.owner)?.made === 'user') {
    return `${shown} belongs to another client, ${shownName(facts.owner)}; ask for another one, or ${handOver}`;
  }
  // An operator may have given one of the charm's to somebody.
  if (note?.oid === facts.oid || superusersOf(roles.values()).has(facts.owner)) return null;
  return `${shown} belongs to ${shownName(facts.owner)}, which this charm did not make; ${handOver}`;
}

/** A database that is gone is not made anew in silence: its client would find it empty. */
function goneProblem(
  name: string,
  note: DatabaseNote | undefined,
  seen: readonly DatabaseFacts[],
): string | null {
  if (note === undefined || note.oid === null) return null;
  const renamed = seen.find(({ oid }) => oid === note.oid);
  const fate = renamed === undefined ? 'is gone' : `is called ${shownName(renamed.name)} now`;
  const wayOut = `restore it, or begin with an empty one: CREATE DATABASE ${quoteIdentifier(name)}`;
  return `database ${shownName(name)} ${fate}; ${wayOut}`;
}
