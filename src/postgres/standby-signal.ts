import type { ClusterPlace } from '../server/place.ts';
import { managedPaths } from '../server/place.ts';
import { removeFile, writeAtomic } from '../system/files.ts';
import { traitsOf } from './machine.ts';

/** Makes or removes standby.signal. Up to 11 recovery.conf itself is the signal, and it is a managed file. */
export async function setStandbySignal(place: ClusterPlace, present: boolean): Promise<void> {
  const { recoveryIn } = traitsOf(place);
  if (recoveryIn === 'recovery.conf') return;
  const { signal } = managedPaths(place, recoveryIn);
  if (present) await writeAtomic(signal, '', { mode: 0o600, owner: 'postgres' });
  else await removeFile(signal);
}
