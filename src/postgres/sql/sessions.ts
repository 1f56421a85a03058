import type { OlderSessions } from '../../server/catalog-facts.ts';
import { waitFor } from '../../system/clock.ts';
import type { Session } from '../session.ts';

/** A session that is on its way while the rules are read was let in by the ones before. */
const older = "backend_start < pg_conf_load_time() + interval '1 second'";
const END_LIMIT_MS = 10_000;

/** Sessions from the network that began before the rules in force were read, by user and address. */
export async function readOlderSessions(session: Session): Promise<OlderSessions[]> {
  return session.rows<{ user: string; address: string }>(`
SELECT DISTINCT usename AS "user", host(client_addr) AS address FROM pg_stat_activity
WHERE usename IS NOT NULL AND client_addr IS NOT NULL AND ${older} ORDER BY 1, 2`);
}

/** Ends those of `user` from `address` and waits until they are gone. Throws when they do not go. */
export async function endSessions(session: Session, { user, address }: OlderSessions): Promise<void> {
  const theirs = `FROM pg_stat_activity WHERE usename = $1 AND client_addr = $2::inet AND ${older}`;
  await session.rows(`SELECT pg_terminate_backend(pid) ${theirs}`, [user, address]);
  const gone = async (): Promise<true | null> =>
    (await session.rows(`SELECT ${theirs}`, [user, address])).length === 0 ? true : null;
  if ((await waitFor(gone, END_LIMIT_MS)) === null) {
    throw new Error(`sessions of ${user} from ${address} were told to end and do not`);
  }
}
