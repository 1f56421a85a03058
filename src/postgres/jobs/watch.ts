/** Waiting for something outside of hooks, so that no hook has to. */
import type { ClusterPlace } from '../../server/place.ts';
import type { WatchCondition } from '../../server/server-steps.ts';
import { answersOn } from '../../system/answering.ts';
import { waitFor } from '../../system/clock.ts';
import { withSession } from '../session.ts';

const PAUSE_MS = 250;
const CONNECT_MS = 2_000;
/** A single refused connection may be a restart. */
const FAILURES_NEEDED = 3;

/** Waits until `until` holds or `limitMs` is over; tells which. */
export async function runWatch(
  place: ClusterPlace | null,
  until: WatchCondition,
  limitMs: number,
): Promise<'met' | 'over'> {
  const met = conditionCheck(place, until);
  const answer = await waitFor(async () => ((await met()) ? true : null), limitMs, PAUSE_MS);
  return answer === null ? 'over' : 'met';
}

function conditionCheck(place: ClusterPlace | null, until: WatchCondition): () => Promise<boolean> {
  switch (until.event) {
    case 'elapsed':
      return async () => false;
    case 'reachable':
      return () => answersOn(until.host, until.port, CONNECT_MS);
    case 'unreachable': {
      let failures = 0;
      return async () => {
        failures = (await answersOn(until.host, until.port, CONNECT_MS)) ? 0 : failures + 1;
        return failures >= FAILURES_NEEDED;
      };
    }
    case 'not-streaming':
      return () =>
        ask(
          place,
          "SELECT NOT EXISTS (SELECT FROM pg_stat_wal_receiver WHERE status = 'streaming') AS met",
          [],
        );
    case 'received':
      return () =>
        ask(
          place,
          'SELECT greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()) >= $1::pg_lsn AS met',
          [until.position],
        );
  }
}

/** A server that cannot be asked has not met the condition. */
async function ask(place: ClusterPlace | null, sql: string, values: readonly string[]): Promise<boolean> {
  if (place === null) return false;
  const rows = await withSession(place, 'postgres', (session) =>
    session.rows<{ met: boolean | null }>(sql, values),
  ).catch(() => []);
  return rows[0]?.met === true;
}
