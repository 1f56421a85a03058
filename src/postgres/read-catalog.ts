import type { CatalogFacts, DatabaseInside } from '../server/catalog-facts.ts';
import type { ClusterPlace } from '../server/place.ts';
import { type SessionLimits, withSession } from './session.ts';
import { readAvailableExtensions, readInside } from './sql/database-inside.ts';
import { readDatabases } from './sql/databases.ts';
import { readRegistry } from './sql/registry.ts';
import { readRoles } from './sql/roles.ts';
import { readOlderSessions } from './sql/sessions.ts';

const SESSIONS_AT_ONCE = 8;
const limits: SessionLimits = { connectMs: 10_000, statementMs: 10_000, lockMs: 5_000 };

/**
 * Roles and databases of the whole server, and what is inside those of `wanted` that exist. A database that
 * cannot be looked into is named with the reason instead; it concerns only its own relations. Those of `known` are not
 * looked into again, and `known` learns the others. Sessions are older than `accessLoadedAt`, when the rules in force were read.
 */
export async function readCatalog(
  place: Pick<ClusterPlace, 'socketDirectory' | 'port'>,
  wanted: readonly string[],
  known: Map<string, DatabaseInside> = new Map(),
  accessLoadedAt: string | null = null,
): Promise<CatalogFacts> {
  const { registry, roles, databases, olderSessions, availableExtensions } = await withSession(
    place,
    'postgres',
    async (session) => {
      const entries = await readRegistry(session);
      return {
        registry: entries?.databases ?? null,
        roles: await readRoles(session, entries),
        databases: await readDatabases(session),
        olderSessions: await readOlderSessions(session, accessLoadedAt),
        availableExtensions: wanted.length === 0 ? [] : await readAvailableExtensions(session),
      };
    },
    limits,
  );
  const open = new Map(
    databases.flatMap(({ name, oid, allowsConnections }) =>
      allowsConnections ? [[name, oid] as const] : [],
    ),
  );
  const names = [...new Set(wanted)].filter((name) => open.has(name)).toSorted();
  const unreadable = new Map<string, string>();
  const queue = names.filter((name) => known.get(name)?.oid !== open.get(name));
  const worker = async (): Promise<void> => {
    for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
      try {
        known.set(name, { ...(await withSession(place, name, readInside, limits)), availableExtensions });
      } catch (error) {
        unreadable.set(name, error instanceof Error ? error.message : String(error));
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(SESSIONS_AT_ONCE, queue.length) }, worker));
  const inside = names.flatMap((name) => (unreadable.has(name) ? [] : (known.get(name) ?? [])));
  return { registry, roles, databases, inside, unreadable: Object.fromEntries(unreadable), olderSessions };
}
