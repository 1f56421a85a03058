import type { CatalogFacts, DatabaseInside } from '../server/catalog-facts.ts';
import type { ClusterPlace } from '../server/place.ts';
import { withSession } from './session.ts';
import { type AskPostgres, askPostgres } from './shared-session.ts';
import { readAvailableExtensions, readInside } from './sql/database-inside.ts';
import { readDatabases } from './sql/databases.ts';
import { readRegistry } from './sql/registry.ts';
import { readRoles } from './sql/roles.ts';
import { readOlderSessions } from './sql/sessions.ts';

const SESSIONS_AT_ONCE = 8;

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
  ask: AskPostgres = askPostgres,
): Promise<CatalogFacts> {
  const seen = await ask(place, async (session) => {
    const entries = await readRegistry(session);
    const databases = await readDatabases(session);
    const open = openAmong(databases);
    const isNew = wanted.some((name) => open.has(name) && known.get(name)?.oid !== open.get(name));
    return {
      open,
      databases,
      registry: entries?.databases ?? null,
      roles: await readRoles(session, entries),
      olderSessions: await readOlderSessions(session, accessLoadedAt),
      // Costs the server a look at a hundred files.
      availableExtensions: isNew ? await readAvailableExtensions(session) : [],
    };
  });
  const { open, databases, registry, roles, olderSessions, availableExtensions } = seen;
  const names = [...new Set(wanted)].filter((name) => open.has(name)).toSorted();
  const unreadable = new Map<string, string>();
  const queue = names.filter((name) => known.get(name)?.oid !== open.get(name));
  const worker = async (): Promise<void> => {
    for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
      try {
        known.set(name, { ...(await withSession(place, name, readInside)), availableExtensions });
      } catch (error) {
        unreadable.set(name, error instanceof Error ? error.message : String(error));
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(SESSIONS_AT_ONCE, queue.length) }, worker));
  const inside = names.flatMap((name) => (unreadable.has(name) ? [] : (known.get(name) ?? [])));
  return { registry, roles, databases, inside, unreadable: Object.fromEntries(unreadable), olderSessions };
}

/** Databases that take connections, with their OIDs. */
function openAmong(databases: CatalogFacts['databases']): ReadonlyMap<string, number> {
  return new Map(
    databases.flatMap(({ name, oid, allowsConnections }) =>
      allowsConnections ? [[name, oid] as const] : [],
    ),
  );
}
