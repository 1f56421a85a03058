import type { Session } from '../session.ts';

/** Times by the server's clock, as text that is good for telling one from another. */
export interface LoadTime {
  /** Time at which the settings were last taken from their files; a reload that met an error leaves it as it was. */
  readonly settingsLoadedAt: string;
  readonly clock: string;
}

/** Time at which the server last took its settings, and its clock now. */
export async function readLoadTime(session: Session): Promise<LoadTime> {
  const [row] = await session.rows<LoadTime>(
    `SELECT extract(epoch FROM pg_conf_load_time())::text AS "settingsLoadedAt",
      extract(epoch FROM clock_timestamp())::text AS clock`,
  );
  if (row === undefined) throw new Error('the server did not say when it loaded its files');
  return row;
}
