import type { RunningServer } from '../../server/server-facts.ts';
import { orderedSettingNames } from '../../server/settings.ts';
import type { MajorTraits } from '../../server/versions.ts';
import type { Session } from '../session.ts';

interface Receiver {
  readonly status: string | null;
  readonly sender_host?: string | null;
  readonly conninfo: string | null;
  readonly latest_end_lsn: string | null;
  readonly last_msg_send_time: string | null;
  readonly last_msg_receipt_time: string | null;
}

interface StateRow {
  readonly version: string;
  readonly in_recovery: boolean;
  readonly timelines: (number | null)[];
  readonly position: string | null;
  readonly received: string | null;
  readonly replayed_all: boolean | null;
  readonly replay_paused: boolean | null;
  readonly receiver: Receiver | null;
  readonly slots: RunningServer['slots'];
  readonly senders: RunningServer['senders'];
  readonly pending: string[];
  readonly ordered: Record<string, number>;
  readonly settings_loaded_at: string;
}

/** The server's own facts, in one statement, and when it last took its settings (as text, good for telling one time from another). */
export async function readServerState(
  session: Session,
  traits: MajorTraits,
): Promise<{
  running: Omit<RunningServer, 'unloaded' | 'accessLoadedAt' | 'fileErrors'>;
  settingsLoadedAt: string;
}> {
  const [row] = await session.rows<StateRow>(statement(traits), [[...orderedSettingNames]]);
  if (row === undefined) throw new Error('the server did not describe itself');
  const position = row.position ?? '0/0';
  const timeline = Math.max(...row.timelines.map((known) => known ?? 0));
  return {
    running: {
      version: /^[\d.]+/.exec(row.version)?.[0] ?? row.version,
      inRecovery: row.in_recovery,
      timeline,
      position,
      receivedPosition: row.received,
      ...(row.replayed_all === null ? {} : { replayedAll: row.replayed_all }),
      streaming: row.receiver?.status === 'streaming',
      upstreamPosition: row.receiver === null ? null : upstreamPosition(row.receiver),
      upstreamHost: row.receiver === null ? null : upstreamHost(row.receiver),
      replayPaused: row.replay_paused ?? false,
      slots: row.slots,
      senders: row.senders,
      pendingRestart: row.pending,
      orderedSettings: row.ordered,
    },
    settingsLoadedAt: row.settings_loaded_at,
  };
}

function upstreamHost(receiver: Receiver): string | null {
  return receiver.sender_host ?? /(?:^| )host=(\S+)/.exec(receiver.conninfo ?? '')?.[1] ?? null;
}

/**
 * Position of the upstream; null until the first message: both times are the receiver's start then, and the position is an older one,
 * perhaps of another server.
 */
function upstreamPosition(receiver: Receiver): string | null {
  const hasMessage = receiver.last_msg_send_time !== receiver.last_msg_receipt_time;
  return receiver.status === 'streaming' && hasMessage ? receiver.latest_end_lsn : null;
}

/**
 * Wait events of the startup process when it has replayed all there is, be it streaming or between two tries. 10 to 12 call the first
 * RecoveryWalAll and the second RecoveryWalStream.
 */
const endOfWal = "'RecoveryWalAll', 'RecoveryWalStream', 'RecoveryRetrieveRetryInterval'";

/**
 * The startup process is looked at before the positions (an aggregate is finished before its row is used):
 * looked at after them, it could have gone on to the end meanwhile, and the position would not be the end.
 *
 * A standby's timeline is the newest one that it has received WAL of: the control file lags behind, so the
 * segment files around the position are asked too.
 */
function statement(traits: MajorTraits): string {
  const walStatus = traits.boundedSlots ? 's.wal_status' : 'NULL::text';
  const untold = traits.waitsAlwaysShown ? 'false' : "current_setting('track_activities') = 'off'";
  return `
WITH startup AS (
  SELECT CASE WHEN bool_or(wait_event IN (${endOfWal})) THEN true WHEN NOT (${untold}) THEN false END AS waits
  FROM pg_stat_activity WHERE backend_type = 'startup'
), standing AS (
  SELECT waits, pg_is_in_recovery() AS in_recovery,
    CASE WHEN pg_is_in_recovery() THEN pg_last_wal_receive_lsn() END AS received,
    CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() END AS replayed,
    CASE WHEN NOT pg_is_in_recovery() THEN pg_current_wal_lsn() END AS written,
    pg_size_bytes(current_setting('wal_segment_size')) AS segment_bytes
  FROM startup
), here AS (
  SELECT standing.*, coalesce(written, greatest(received, replayed)) AS position FROM standing
)
SELECT current_setting('server_version') AS version, in_recovery, position::text AS position,
  received::text AS received,
  CASE WHEN in_recovery THEN waits END AS replayed_all,
  CASE WHEN in_recovery THEN pg_is_wal_replay_paused() END AS replay_paused,
  ARRAY[
    CASE WHEN NOT in_recovery THEN ('x' || left(pg_walfile_name(written), 8))::bit(32)::int END,
    CASE WHEN in_recovery THEN (SELECT timeline_id FROM pg_control_checkpoint()) END,
    CASE WHEN in_recovery THEN (SELECT min_recovery_end_timeline FROM pg_control_recovery()) END,
    CASE WHEN in_recovery THEN (SELECT received_tli FROM pg_stat_wal_receiver) END,
    CASE WHEN in_recovery THEN (
      SELECT max(('x' || left(name, 8))::bit(32)::int) FROM pg_ls_waldir()
      WHERE name ~ '^[0-9A-F]{24}$' AND substr(name, 9) =
        upper(lpad(to_hex(div(position - '0/0'::pg_lsn, 4294967296)::bigint), 8, '0')
        || lpad(to_hex((mod(position - '0/0'::pg_lsn, 4294967296)::bigint / segment_bytes)), 8, '0'))
    ) END
  ] AS timelines,
  (SELECT row_to_json(r) FROM pg_stat_wal_receiver r) AS receiver,
  (SELECT coalesce(json_agg(
     json_build_object('name', s.slot_name, 'active', s.active, 'walStatus', ${walStatus})
     ORDER BY s.slot_name), '[]')
     FROM pg_replication_slots s WHERE s.slot_type = 'physical' AND NOT s.temporary) AS slots,
  (SELECT coalesce(json_agg(json_build_object('applicationName', a.application_name,
     'state', a.state, 'flushPosition', a.flush_lsn) ORDER BY a.application_name, a.pid), '[]')
     FROM pg_stat_replication a) AS senders,
  (SELECT coalesce(json_agg(name ORDER BY name), '[]') FROM pg_settings WHERE pending_restart) AS pending,
  (SELECT json_object_agg(name, setting::int) FROM pg_settings WHERE name = ANY ($1)) AS ordered,
  extract(epoch FROM pg_conf_load_time())::text AS settings_loaded_at
FROM here`;
}
