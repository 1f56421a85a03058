import { join } from 'node:path';
import type { ClusterPlace } from '../server/place.ts';
import { systemctl, systemdRuns } from '../system/systemd.ts';
import { writeManaged } from './managed-text.ts';

/**
 * Says in start.conf whether the init system starts the cluster at boot. `manual` still lets the charm
 * start it.
 */
export async function setStartAtBoot(place: ClusterPlace, automatic: boolean): Promise<void> {
  const why = automatic
    ? '# Written by the PostgreSQL charm: this unit is alone, so its server may start by itself.\n'
    : '# Written by the PostgreSQL charm: the charm starts the server once it knows who is primary.\n';
  const content = `${why}${automatic ? 'auto' : 'manual'}\n`;
  await writeManaged(join(place.configDirectory, 'start.conf'), content, { mode: 0o644, owner: 'postgres' });
  if (systemdRuns()) await systemctl(['daemon-reload']);
}
