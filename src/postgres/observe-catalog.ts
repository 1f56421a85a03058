import type { CatalogFacts, DatabaseInside } from '../server/catalog-facts.ts';
import type { ClusterPlace } from '../server/place.ts';
import { type SessionLimits, withSession } from './session.ts';
import { readAvailableExtensions, readInside } from './sql/database-inside.ts';
import { readDatabases } from './sql/databases.ts';
import { readRoles } from './sql/roles.ts';
import { readOlderSessions } from './sql/sessions.ts';

const SESSIONS_AT_ONCE = 8;
const limits: SessionLimits = { connectMs: 10_000, statementMs: 10_000, lockMs: 5_000 };

/**
 * Roles and databases of the whole server, and what is inside those of `wanted` that exist. A database that
 * cannot be looked into is named with the reason instead; it concerns only its own relations.
 */
export async function observeCatalog(
  place: Pick<ClusterPlace, 'socketDirectory' | 'port'>,
  wanted: readonly string[],
): Promise<CatalogFacts> {
  const { roles, databases, olderSessions, availableExtensions } = await withSession(
    place,
    'postgres',
    async (session) => ({
      roles: await readRoles(session),
      databases: await readDatabases(session),
      olderSessions: await readOlderSessions(session),
      availableExtensions: wanted.length === 0 ? [] : await readAvailableExtensions(session),
    }),
    limits,
  );
  const names = [...new Set(wanted)].filter((name) =>
    databases.some((known) => known.name === name && known.allowsConnections),
  );
  const inside: DatabaseInside[] = [];
  const unreadable: Record<string, string> = {};
  const queue = names.toSorted();
  const worker = async (): Promise<void> => {
    for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
      try {
        inside.push({ ...(await withSession(place, name, readInside, limits)), availableExtensions });
      } catch (error) {
        unreadable[name] = error instanceof Error ? error.message : String(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(SESSIONS_AT_ONCE, queue.length) }, worker));
  inside.sort((a, b) => (a.name < b.name ? -1 : 1));
  return { roles, databases, inside, unreadable, olderSessions };
}
