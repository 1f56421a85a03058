import { join } from 'node:path';
import type { ClusterPlace } from '../server/place.ts';
import type { ControlFacts } from '../server/server-facts.ts';
import type { orderedSettingNames } from '../server/settings.ts';
import { accountIds } from '../system/accounts.ts';
import { runCommand } from '../system/command.ts';
import { exists } from '../system/files.ts';

/** A pg_control that holds something else than PostgreSQL wrote. */
export class DamagedControl extends Error {}

/**
 * The answer of pg_controldata about the data directory. Throws CommandError when it cannot be run or cannot read, DamagedControl when what
 * it reads is not what was written.
 */
export async function readControlData(
  place: Pick<ClusterPlace, 'binDirectory' | 'dataDirectory'>,
): Promise<ControlFacts> {
  const program = join(place.binDirectory, 'pg_controldata');
  if (!(await exists(program))) throw new Error(programsGone(place.binDirectory));
  const ids = await accountIds('postgres');
  // Warnings go to stdout or stderr, depending on the major.
  const options = { timeoutMs: 10_000, withStderr: true, ...ids };
  const text = await runCommand(program, ['-D', place.dataDirectory], options);
  if (/byte ordering mismatch/i.test(text)) {
    throw new Error('global/pg_control was written by a machine of another architecture');
  }
  if (/CRC checksum does not match/i.test(text)) {
    throw new DamagedControl('the checksum of global/pg_control does not match');
  }
  return parseControlData(text);
}

/** Programs that are not where the cluster needs them, with the way out. */
export function programsGone(binDirectory: string): string {
  const major = binDirectory.split('/').at(-2);
  return `PostgreSQL's programs are gone from ${binDirectory}; put them back: apt-get install --reinstall postgresql-${major} postgresql-client-${major}`;
}

/** Names of the ordered settings in pg_controldata's output. 10 and 11 do not show max_wal_senders. */
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
    if (found === undefined) throw new Error(`pg_controldata does not print "${name}"`);
    return found;
  };
  return {
    systemIdentifier: value('Database system identifier'),
    state: value('Database cluster state'),
    checkpointPosition: value('Latest checkpoint location'),
    checkpointTimeline: Number(value("Latest checkpoint's TimeLineID")),
    orderedSettings: Object.fromEntries(
      Object.entries(orderedSettings).flatMap(([setting, name]) => {
        const found = values.get(name);
        return found === undefined ? [] : [[setting, Number(found)]];
      }),
    ),
  };
}
