/** What the fence asks a server again and again, over one session that is kept. */
import type { ClusterPlace } from '../../server/place.ts';
import { type OpenSession, openSession } from '../session.ts';

const limits = { connectMs: 2_000, statementMs: 2_000, lockMs: 1_000 };

const question = `
  SELECT (SELECT array_agg(DISTINCT host(client_addr)) FROM pg_stat_replication
          WHERE usename = $1 AND client_addr IS NOT NULL AND state <> 'backup') AS members,
         EXISTS (SELECT FROM pg_stat_wal_receiver WHERE status = 'streaming') AS receives`;

export interface Streams {
  /** Hosts of the members that stream from this server. Others than the charm's role may take WAL too; they are no members. */
  readonly members: readonly string[];
  /** Whether this server receives WAL. */
  readonly receives: boolean;
}

/**
 * Asks each time it is called; null before the server has ever answered. One that does not answer now is taken to be as it was when it
 * last did.
 */
export function streamsOf(place: ClusterPlace, role: string): () => Promise<Streams | null> {
  let session: OpenSession | null = null;
  let known: Streams | null = null;
  return async () => {
    try {
      session ??= await openSession(place, 'postgres', limits);
      const [row] = await session.rows<{ members: string[] | null; receives: boolean }>(question, [role]);
      known = row === undefined ? known : { members: row.members ?? [], receives: row.receives };
    } catch {
      await session?.close();
      session = null;
    }
    return known;
  };
}
