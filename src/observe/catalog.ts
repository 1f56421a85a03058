/** Roles and databases. */
import type { Looks } from '../plan/looks.ts';
import { readCatalog } from '../postgres/read-catalog.ts';
import type { AskPostgres } from '../postgres/shared-session.ts';
import type { CatalogFacts, DatabaseInside } from '../server/catalog-facts.ts';
import type { ServerFacts } from '../server/server-facts.ts';

/** Null when there is no server to ask. Throws when it does not answer. `insides` are databases looked into already. */
export async function observeCatalog(
  { databases }: Pick<Looks, 'databases'>,
  { place, running }: ServerFacts,
  insides: Map<string, DatabaseInside>,
  ask: AskPostgres,
): Promise<CatalogFacts | null> {
  if (place === null || running === null) return null;
  return readCatalog(place, databases, insides, running.accessLoadedAt, ask);
}
