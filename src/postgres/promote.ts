import type { ClusterPlace } from '../server/place.ts';
import { waitFor } from '../system/clock.ts';
import { traitsOf } from './machine.ts';
import { checkpointNow, pgCtl } from './server-control.ts';
import { withSession } from './session.ts';

const LIMIT_MS = 60_000;

/**
 * Makes the standby at `place` a primary and waits until it is one; then a CHECKPOINT, since others may
 * rewind from it only when its control file knows the new timeline. Does nothing but the CHECKPOINT when it
 * is one already. Throws when it takes over a minute.
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
  await checkpointNow(place);
}

async function inRecovery(place: ClusterPlace): Promise<boolean> {
  return withSession(place, 'postgres', async (session) => {
    const [row] = await session.rows<{ recovering: boolean }>('SELECT pg_is_in_recovery() AS recovering');
    return row?.recovering === true;
  });
}
