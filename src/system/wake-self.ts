import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { startTransientUnit } from './systemd.ts';

/**
 * Starts a process beside the hook that asks Juju for another pass as soon as this hook has ended. Juju runs one thing at a time on a
 * unit, so the request waits for that by itself.
 */
export async function wakeSelf(unit: string, charmDirectory: string): Promise<void> {
  await startTransientUnit({
    name: `postgresql-charm-wake-${randomBytes(4).toString('hex')}`,
    description: 'PostgreSQL charm: another pass after this hook',
    command: [join(charmDirectory, 'dist', 'charm'), 'job', 'wake'],
    environment: { CHARM_UNIT: unit },
  });
}
