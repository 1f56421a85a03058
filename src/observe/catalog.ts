/** Roles and databases, where something is desired of them. */
import type { Looks } from '../plan/looks.ts';
import { readCatalog } from '../postgres/read-catalog.ts';
import type { CatalogFacts, DatabaseInside } from '../server/catalog-facts.ts';
import type { ServerFacts } from '../server/server-facts.ts';

/** Null when there is no server to ask, or nothing is desired of it. Throws when it does not answer. `insides` are databases looked into already. */
export async function observeCatalog(
  { databases }: Pick<Looks, 'databases'>,
  { place, running }: ServerFacts,
  insides: Map<string, DatabaseInside>,
): Promise<CatalogFacts | null> {
  if (place === null || running === null || databases === null) return null;
  return readCatalog(place, databases, insides, running.accessLoadedAt);
}
