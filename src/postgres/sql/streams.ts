/** Question of the fence to the server, asked again and again over one session that is kept. */
import { fenceSeconds } from '../../cluster/limits.ts';
import type { ClusterPlace } from '../../server/place.ts';
import { steadySeconds } from '../../system/clock.ts';
import { type OpenSession, openSession } from '../session.ts';

const limits = { connectMs: 2_000, statementMs: 2_000, lockMs: 1_000 };

const question = `
  SELECT (SELECT array_agg(DISTINCT host(client_addr)) FROM pg_stat_replication
          WHERE usename = $1 AND client_addr IS NOT NULL AND state <> 'backup') AS members,
         EXISTS (SELECT FROM pg_stat_wal_receiver WHERE status = 'streaming') AS receives`;

export interface Streams {
  /** Hosts of the members that stream from this server. Others than the charm's role may take WAL too; they are no members. */
  readonly members: readonly string[];
  /** This server receives WAL. */
  readonly receives: boolean;
}

/**
 * Asks each time it is called; null when nothing is known. A server that does not answer now is taken to be as it was when it last did,
 * for as long as a contact counts: its members may have turned to another since. `seconds` is a clock that never goes back.
 */
export function streamsOf(
  place: ClusterPlace,
  role: string,
  seconds: () => number = steadySeconds(),
): () => Promise<Streams | null> {
  let session: OpenSession | null = null;
  let known: { readonly streams: Streams; readonly at: number } | null = null;
  let asking: Promise<void> | null = null;
  const ask = async (): Promise<void> => {
    try {
      const at = seconds();
      session ??= await openSession(place, 'postgres', limits);
      const [row] = await session.rows<{ members: string[] | null; receives: boolean }>(question, [role]);
      if (row !== undefined) known = { streams: { members: row.members ?? [], receives: row.receives }, at };
    } catch {
      await session?.close();
      session = null;
    }
  };
  return async () => {
    // One that was given up as too slow may still be under way.
    asking ??= ask().finally(() => {
      asking = null;
    });
    await asking;
    return known !== null && seconds() - known.at <= fenceSeconds ? known.streams : null;
  };
}
