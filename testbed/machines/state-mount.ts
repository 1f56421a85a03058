import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { must } from './command.ts';
import { withHostLock } from './host-lock.ts';
import { isMounted } from './mounts.ts';
import { cacheFolder, stateFolder } from './paths.ts';

/**
 * Makes the state folder a mount whose changes reach all mount name spaces. A machine's supervisor keeps a
 * copy of what was mounted when it started, other machines' disks too; only so do those go from there when
 * they are unmounted on the host. (Where systemd is the host's init every mount is like this.) To be called
 * before anything is mounted in the folder.
 */
export async function shareStateFolder(): Promise<void> {
  if (isMounted(stateFolder)) return;
  await withHostLock(
    join(cacheFolder, 'state-mount.lock'),
    () => undefined,
    async () => {
      if (isMounted(stateFolder)) return;
      await mkdir(stateFolder, { recursive: true });
      await must(['mount', '--rbind', '--make-rshared', stateFolder, stateFolder]);
    },
  );
}
