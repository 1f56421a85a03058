import type { OlderSessions } from '../../server/catalog-facts.ts';
import { waitFor } from '../../system/clock.ts';
import type { Session } from '../session.ts';

/**
 * Sessions that the rules before let in: begun before those in force were read ($1, by the server's clock), or on their way then. One that
 * began in the future began before the clock was set back.
 */
const older = `(backend_start < to_timestamp($1::float8) + interval '1 second' OR backend_start > clock_timestamp())`;
const END_LIMIT_MS = 10_000;

/** Sessions from the network that began before the rules in force were read (`accessLoadedAt`; null: none did), by user and address. */
export async function readOlderSessions(
  session: Session,
  accessLoadedAt: string | null,
): Promise<OlderSessions[]> {
  return session.rows<{ user: string; address: string }>(
    `SELECT DISTINCT usename AS "user", host(client_addr) AS address FROM pg_stat_activity
      WHERE usename IS NOT NULL AND client_addr IS NOT NULL AND ${older} ORDER BY 1, 2`,
    [accessLoadedAt],
  );
}

/** Ends those of `user` from `address` and waits until they are gone. Throws when they do not go. */
export async function endSessions(
  session: Session,
  { user, address }: OlderSessions,
  accessLoadedAt: string | null,
): Promise<void> {
  const theirs = `FROM pg_stat_activity WHERE ${older} AND usename = $2 AND client_addr = $3::inet`;
  const values = [accessLoadedAt, user, address];
  await session.rows(`SELECT pg_terminate_backend(pid) ${theirs}`, values);
  const gone = async (): Promise<true | null> =>
    (await session.rows(`SELECT ${theirs}`, values)).length === 0 ? true : null;
  if ((await waitFor(gone, END_LIMIT_MS)) === null) {
    throw new Error(`sessions of ${user} from ${address} were told to end and do not`);
  }
}
