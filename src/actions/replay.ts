/** replication-pause and replication-resume. */
import { debianRoots, requirePlace } from '../postgres/machine.ts';
import { withSession } from '../postgres/session.ts';
import { type Action, type ActionOutcome, refuse } from './action.ts';

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
  return withSession(place, 'postgres', async (session) => {
    const state = async (): Promise<ReplayState | undefined> =>
      (await session.rows<ReplayState>(stateQuery))[0];
    const before = await state();
    if (before?.recovering !== true)
      return refuse('this unit is not a standby; run it on one that shows "Live secondary"');
    const word = pause ? 'paused' : 'resumed';
    const offset = before.position ?? '';
    if (before.paused === pause)
      return { results: { offset, result: `Already ${word}` }, steps: [], pass: false };
    await session.run(pause ? 'SELECT pg_wal_replay_pause()' : 'SELECT pg_wal_replay_resume()');
    const after = await state();
    const result = pause ? 'Paused' : 'Resumed';
    return { results: { offset: after?.position ?? offset, result }, steps: [], pass: true };
  });
}

/** Pauses replay. */
export const pauseReplay: Action = () => switchReplay(true);

/** Resumes replay. */
export const resumeReplay: Action = () => switchReplay(false);
