/** Roles and databases, where something is desired of them. */
import type { Looks } from '../plan/looks.ts';
import { readCatalog } from '../postgres/read-catalog.ts';
import type { CatalogFacts, DatabaseInside } from '../server/catalog-facts.ts';
import type { ServerFacts } from '../server/server-facts.ts';

/** Null when the server does not answer, which the next observation then shows. `insides` are databases looked into already. */
export async function observeCatalog(
  { databases }: Pick<Looks, 'databases'>,
  { place, running }: ServerFacts,
  insides: Map<string, DatabaseInside>,
): Promise<CatalogFacts | null> {
  if (place === null || running === null || databases === null) return null;
  try {
    return await readCatalog(place, databases, insides, running.accessLoadedAt);
  } catch {
    return null;
  }
}
