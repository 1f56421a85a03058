/**
 * Runs beside a server: tries to commit a row ten times a second over the local socket, and notes `time timeline` of each commit in the
 * file that is its argument. A standby refuses, a stopped server does not answer; neither is noted.
 */
import { appendFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { Client } from 'pg';

const [commitsFile = ''] = process.argv.slice(2);
const pauseMs = 100;

async function watch(client: Client): Promise<never> {
  for (;;) {
    const { rows } = await client.query<{ file: string }>(
      'WITH tried AS (INSERT INTO watched VALUES (now())) SELECT pg_walfile_name(pg_current_wal_insert_lsn()) AS file',
    );
    const timeline = Number.parseInt(rows[0]?.file.slice(0, 8) ?? '', 16);
    appendFileSync(commitsFile, `${Date.now()} ${timeline}\n`);
    await setTimeout(pauseMs);
  }
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
    await client.query('CREATE TABLE IF NOT EXISTS watched (at timestamptz)');
    await watch(client);
  } catch {
    await client.end().catch(() => {});
    await setTimeout(pauseMs);
  }
}
