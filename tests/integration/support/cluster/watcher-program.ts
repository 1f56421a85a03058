/**
 * Runs beside a server: tries to commit a row ten times a second over the local socket, and notes `time timeline` of each commit in the
 * file that is its argument. A standby refuses, a stopped server does not answer; neither is noted.
 */
import { appendFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { Client, DatabaseError } from 'pg';

const [commitsFile = ''] = process.argv.slice(2);
const pauseMs = 100;
const insert =
  'WITH tried AS (INSERT INTO watched VALUES (now())) SELECT pg_walfile_name(pg_current_wal_insert_lsn()) AS file';
const undefinedTable = '42P01';
const readOnly = '25006';

/** Commits a row and notes it. */
async function commit(client: Client): Promise<void> {
  const { rows } = await client.query<{ file: string }>(insert);
  const timeline = Number.parseInt(rows[0]?.file.slice(0, 8) ?? '', 16);
  appendFileSync(commitsFile, `${Date.now()} ${timeline}\n`);
}

/** Makes the table where it is missing; a refusal to write is what a standby owes. Anything else ends the session. */
async function accept(client: Client, error: unknown): Promise<void> {
  const code = error instanceof DatabaseError ? error.code : undefined;
  if (code === readOnly) return;
  if (code !== undefinedTable) throw error;
  await client
    .query('CREATE TABLE IF NOT EXISTS watched (at timestamptz)')
    .catch((e: unknown) => accept(client, e));
}

for (;;) {
  const client = new Client({
    host: '/var/run/postgresql',
    user: 'postgres',
    database: 'postgres',
    query_timeout: 3000,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    for (;;) {
      await commit(client).catch((error: unknown) => accept(client, error));
      await setTimeout(pauseMs);
    }
  } catch {
    await client.end().catch(() => {});
    await setTimeout(pauseMs);
  }
}
