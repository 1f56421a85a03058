import { join } from 'node:path';
import type { ClusterPlace } from '../server/place.ts';
import type { ControlFacts } from '../server/server-facts.ts';
import type { orderedSettingNames } from '../server/settings.ts';
import { accountIds } from '../system/accounts.ts';
import { runCommand } from '../system/command.ts';

/**
 * What pg_controldata says of the data directory; throws CommandError when there is no readable control file.
 */
export async function readControlData(
  place: Pick<ClusterPlace, 'binDirectory' | 'dataDirectory'>,
): Promise<ControlFacts> {
  const program = join(place.binDirectory, 'pg_controldata');
  const ids = await accountIds('postgres');
  const text = await runCommand(program, ['-D', place.dataDirectory], { timeoutMs: 10_000, ...ids });
  return parseControlData(text);
}

/** How pg_controldata names the ordered settings. 10 and 11 do not tell max_wal_senders. */
const orderedSettings = {
  max_connections: 'max_connections setting',
  max_worker_processes: 'max_worker_processes setting',
  max_wal_senders: 'max_wal_senders setting',
  max_prepared_transactions: 'max_prepared_xacts setting',
  max_locks_per_transaction: 'max_locks_per_xact setting',
} as const satisfies Record<(typeof orderedSettingNames)[number], string>;

/** Parses what pg_controldata prints in the C locale. */
export function parseControlData(text: string): ControlFacts {
  const values = new Map(
    text.split('\n').map((line): [string, string] => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon), line.slice(colon + 1).trim()];
    }),
  );
  const value = (name: string): string => {
    const found = values.get(name);
    if (found === undefined) throw new Error(`pg_controldata does not tell "${name}"`);
    return found;
  };
  return {
    systemIdentifier: value('Database system identifier'),
    state: value('Database cluster state'),
    checkpointPosition: value('Latest checkpoint location'),
    checkpointTimeline: Number(value("Latest checkpoint's TimeLineID")),
    orderedSettings: Object.fromEntries(
      Object.entries(orderedSettings).flatMap(([setting, name]) => {
        const told = values.get(name);
        return told === undefined ? [] : [[setting, Number(told)]];
      }),
    ),
  };
}
