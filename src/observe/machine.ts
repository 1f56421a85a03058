/** The machine's share of an observation. */
import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { totalmem } from 'node:os';
import type { Memory } from '../plan/memory.ts';
import type { ForwardFacts, FoundData, JujuFacts, MachineFacts } from '../plan/observation.ts';
import type { Look } from '../plan/unknown.ts';
import { dataBelow } from '../postgres/found-data.ts';
import { debianRoots } from '../postgres/machine.ts';
import { observeForwards } from '../postgres/syslog-forward.ts';
import { volumeOf } from '../postgres/volume.ts';
import { forwardPrefix } from '../relations/syslog.ts';
import type { ServerFacts } from '../server/server-facts.ts';
import type { NotedVolume } from '../server/volume.ts';
import type { FailedLooks } from '../system/failed-looks.ts';

const certificate = '/etc/ssl/private/ssl-cert-snakeoil.key';

/**
 * Memory, the volume of the data, Debian's certificate, and the files that forward `unit`'s log. A volume that cannot be looked at has the size
 * it had last.
 */
export async function observeMachine(
  server: Pick<ServerFacts, 'place' | 'hasConfiguration'>,
  { storageLocation }: Pick<JujuFacts, 'storageLocation'>,
  unit: string,
  { volumeBytes }: Pick<Memory, 'volumeBytes'>,
  attempt: FailedLooks<Look>['attempt'],
): Promise<MachineFacts> {
  const volume = await statfs(server.place?.dataDirectory ?? '/var/lib').catch(() => null);
  const forwards = (): Promise<ForwardFacts> => observeForwards(debianRoots.state, forwardPrefix(unit));
  return {
    ramBytes: totalmem(),
    volumeBytes: volume === null ? volumeBytes : volume.blocks * volume.bsize,
    storageVolume: await storageVolume(storageLocation),
    otherData: await otherData(storageLocation, server),
    certificate: existsSync(certificate),
    forwards: await attempt('forwards', forwards, null),
  };
}

/** A folder of the root disk, as Juju makes where it cannot mount, is never away. */
async function storageVolume(location: string | null): Promise<NotedVolume | null> {
  const volume = location === null ? null : await volumeOf(location);
  return volume?.mountPoint === volume?.path ? volume : null;
}

/** On storage, besides the cluster's own; none is looked for once that is made. */
async function otherData(
  location: string | null,
  { place, hasConfiguration }: Pick<ServerFacts, 'place' | 'hasConfiguration'>,
): Promise<readonly FoundData[]> {
  if (location === null || (place !== null && hasConfiguration)) return [];
  return (await dataBelow(location)).filter(({ path }) => path !== place?.dataDirectory);
}
