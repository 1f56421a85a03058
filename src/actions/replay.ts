/** replication-pause and replication-resume. */
import { debianRoots, requirePlace } from '../postgres/machine.ts';
import { type Session, withSession } from '../postgres/session.ts';
import { type Action, type ActionOutcome, refuse, wake } from './action.ts';

interface ReplayState {
  readonly recovering: boolean;
  readonly paused: boolean;
  readonly position: string | null;
}

const stateQuery = `SELECT pg_is_in_recovery() AS recovering,
  CASE WHEN pg_is_in_recovery() THEN pg_is_wal_replay_paused() ELSE false END AS paused,
  CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn()::text END AS position`;

async function switchReplay(pause: boolean): Promise<ActionOutcome> {
  const place = await requirePlace({ roots: debianRoots });
  try {
    return await withSession(place, 'postgres', (session) => switchIn(session, pause));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return refuse(`the server here does not answer: ${reason}; run it again when it does`);
  }
}

async function switchIn(session: Session, pause: boolean): Promise<ActionOutcome> {
  const state = async (): Promise<ReplayState | undefined> =>
    (await session.rows<ReplayState>(stateQuery))[0];
  const before = await state();
  if (before?.recovering !== true)
    return refuse('this unit is not a standby; run it on one that shows "Live secondary"');
  const word = pause ? 'paused' : 'resumed';
  const offset = before.position ?? '';
  if (before.paused === pause) return { results: { offset, result: `Already ${word}` }, steps: [] };
  await session.run(pause ? 'SELECT pg_wal_replay_pause()' : 'SELECT pg_wal_replay_resume()');
  const after = await state();
  const result = pause ? 'Paused' : 'Resumed';
  return { results: { offset: after?.position ?? offset, result }, steps: [wake('to show it')] };
}

/** Pauses replay. */
export const pauseReplay: Action = () => switchReplay(true);

/** Resumes replay. */
export const resumeReplay: Action = () => switchReplay(false);
