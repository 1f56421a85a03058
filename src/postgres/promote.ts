import type { ClusterPlace } from '../server/place.ts';
import { waitFor } from '../system/clock.ts';
import { traitsOf } from './machine.ts';
import { pgCtl } from './server-control.ts';
import { withSession } from './session.ts';

const LIMIT_MS = 60_000;
const QUERY_CANCELED = '57014';

/** How long the checkpoint is waited for. The server goes on with one that nobody waits for any more. */
const checkpointLimits = { connectMs: 10_000, statementMs: 250, lockMs: 5_000 };

/**
 * Makes the standby at `place` a primary and waits until it is one; then it asks for a CHECKPOINT, since others can rewind from it
 * only when its control file knows the new timeline (a rewind waits for that). The checkpoint of a big server takes minutes, in which
 * its clients would wait to be told. Does nothing but that when it is a primary already. Throws when it takes over a minute.
 */
export async function promoteServer(place: ClusterPlace): Promise<void> {
  if (await inRecovery(place)) {
    if (traitsOf(place).promoteFunction) {
      await withSession(place, 'postgres', (session) => session.run('SELECT pg_promote(false)'));
    } else {
      await pgCtl(place, ['promote', '--no-wait']);
    }
    const promoted = await waitFor(async () => ((await inRecovery(place)) ? null : true), LIMIT_MS);
    if (promoted === null)
      throw new Error('the server was told to promote and is still in recovery after 60 s');
  }
  const ask = withSession(place, 'postgres', (session) => session.run('CHECKPOINT'), checkpointLimits);
  await ask.catch((error: unknown) => {
    if ((error as { code?: string }).code !== QUERY_CANCELED) throw error;
  });
}

async function inRecovery(place: ClusterPlace): Promise<boolean> {
  return withSession(place, 'postgres', async (session) => {
    const [row] = await session.rows<{ recovering: boolean }>('SELECT pg_is_in_recovery() AS recovering');
    return row?.recovering === true;
  });
}
