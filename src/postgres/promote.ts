import type { ClusterPlace } from '../server/place.ts';
import { waitFor } from '../system/clock.ts';
import { traitsOf } from './machine.ts';
import { checkpointNow, pgCtl } from './server-control.ts';
import { withSession } from './session.ts';

const LIMIT_MS = 60_000;
const CHECKPOINT_LIMIT_MS = 250;

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
  await checkpointNow(place, CHECKPOINT_LIMIT_MS);
}

async function inRecovery(place: ClusterPlace): Promise<boolean> {
  return withSession(place, 'postgres', async (session) => {
    const [row] = await session.rows<{ recovering: boolean }>('SELECT pg_is_in_recovery() AS recovering');
    return row?.recovering === true;
  });
}
