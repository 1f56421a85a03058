/** Where the members are that stream from this server now. */
import type { ClusterPlace } from '../../server/place.ts';
import { type OpenSession, openSession } from '../session.ts';

const limits = { connectMs: 2_000, statementMs: 2_000, lockMs: 1_000 };

const question = `
  SELECT DISTINCT host(client_addr) AS host FROM pg_stat_replication
  WHERE usename = $1 AND client_addr IS NOT NULL AND state <> 'backup'`;

/**
 * Asks over one session that is kept, and opened again when it has broken. A server that does not answer is taken to have the members it
 * had when it last did. Others than `role` may take WAL too; they are no members.
 */
export function memberHosts(place: ClusterPlace, role: string): () => Promise<readonly string[]> {
  let session: OpenSession | null = null;
  let known: readonly string[] = [];
  return async () => {
    try {
      session ??= await openSession(place, 'postgres', limits);
      known = (await session.rows<{ host: string }>(question, [role])).map(({ host }) => host);
    } catch {
      await session?.close();
      session = null;
    }
    return known;
  };
}
