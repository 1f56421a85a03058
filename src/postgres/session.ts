/** One connection to the machine's own server, over its local socket, as the administrator. */
import type { Client, QueryResultRow } from 'pg';
import type { SessionFailure } from '../server/liveness.ts';
import type { ClusterPlace } from '../server/place.ts';
import { errorText } from '../system/failed-looks.ts';

export interface Session {
  /** Rows of one statement. */
  readonly rows: <Row extends QueryResultRow>(sql: string, values?: readonly unknown[]) => Promise<Row[]>;
  /** Runs one statement, or several without values. */
  readonly run: (sql: string) => Promise<void>;
}

/** A session that its user closes. */
export interface OpenSession extends Session {
  readonly close: () => Promise<void>;
}

export interface SessionLimits {
  readonly connectMs: number;
  readonly statementMs: number;
  readonly lockMs: number;
}

export const usualLimits: SessionLimits = { connectMs: 10_000, statementMs: 10_000, lockMs: 5_000 };

/**
 * Connects to `database`, hands the session to `use`, and closes it whatever happens. search_path is
 * pinned, so that nothing a client made is called by the administrator. Errors of the server keep their
 * `code` (SQLSTATE).
 */
export async function withSession<T>(
  place: Pick<ClusterPlace, 'socketDirectory' | 'port'>,
  database: string,
  use: (session: Session) => Promise<T>,
  limits: SessionLimits = usualLimits,
): Promise<T> {
  const session = await openSession(place, database, limits);
  try {
    return await use(session);
  } finally {
    await session.close();
  }
}

/** Opens a session like withSession, and keeps it. Closing it never throws. */
export async function openSession(
  place: Pick<ClusterPlace, 'socketDirectory' | 'port'>,
  database: string,
  limits: SessionLimits,
): Promise<OpenSession> {
  const client = await openClient(place, database, limits);
  return { ...sessionOf(client), close: () => client.end().catch(() => {}) };
}

async function openClient(
  place: Pick<ClusterPlace, 'socketDirectory' | 'port'>,
  database: string,
  limits: SessionLimits,
): Promise<Client> {
  const { Client } = await import('pg');
  const settings = {
    search_path: 'pg_catalog',
    statement_timeout: limits.statementMs,
    lock_timeout: limits.lockMs,
    idle_in_transaction_session_timeout: 60_000,
    default_transaction_read_only: 'off',
    role: 'none',
    client_min_messages: 'warning',
  };
  const client = new Client({
    host: place.socketDirectory,
    port: place.port,
    database,
    user: 'postgres',
    application_name: 'postgresql-charm',
    connectionTimeoutMillis: limits.connectMs,
    query_timeout: limits.statementMs + 5_000,
    options: Object.entries(settings)
      .map(([name, value]) => `-c ${name}=${value}`)
      .join(' '),
  });
  // A server that goes away between two statements is reported by the next statement.
  client.on('error', () => {});
  await client.connect();
  return client;
}

function sessionOf(client: Client): Session {
  return {
    rows: async <Row extends QueryResultRow>(sql: string, values?: readonly unknown[]) => {
      const result = await client.query<Row>(sql, values === undefined ? undefined : [...values]);
      return result.rows;
    },
    run: async (sql) => {
      await client.query(sql);
    },
  };
}

/** A failure to connect or of a statement, with its SQLSTATE or the code of the operating system. */
export function failureOf(error: unknown): SessionFailure {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : null;
  return { code: typeof code === 'string' ? code : null, message: errorText(error) };
}

/** Runs `work` between BEGIN and COMMIT; ROLLBACK when it throws. */
export async function inTransaction(session: Session, work: () => Promise<void>): Promise<void> {
  await session.run('BEGIN');
  try {
    await work();
    await session.run('COMMIT');
  } catch (error) {
    await session.run('ROLLBACK').catch(() => {});
    throw error;
  }
}
