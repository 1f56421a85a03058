/** The machine's share of an observation. */
import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { totalmem } from 'node:os';
import type { Memory } from '../plan/memory.ts';
import type { ForwardFacts, MachineFacts } from '../plan/observation.ts';
import type { Look } from '../plan/unknown.ts';
import { debianRoots } from '../postgres/machine.ts';
import { observeForwards } from '../postgres/syslog-forward.ts';
import { forwardPrefix } from '../relations/syslog.ts';
import type { ServerFacts } from '../server/server-facts.ts';
import type { FailedLooks } from '../system/failed-looks.ts';

const certificate = '/etc/ssl/private/ssl-cert-snakeoil.key';

/**
 * Memory, the volume of the data, Debian's certificate, and the files that forward `unit`'s log. A volume that cannot be looked at has the size
 * it had last.
 */
export async function observeMachine(
  { place }: Pick<ServerFacts, 'place'>,
  unit: string,
  { volumeBytes }: Pick<Memory, 'volumeBytes'>,
  attempt: FailedLooks<Look>['attempt'],
): Promise<MachineFacts> {
  const volume = await statfs(place?.dataDirectory ?? '/var/lib').catch(() => null);
  const forwards = (): Promise<ForwardFacts> => observeForwards(debianRoots.state, forwardPrefix(unit));
  return {
    ramBytes: totalmem(),
    volumeBytes: volume === null ? volumeBytes : volume.blocks * volume.bsize,
    certificate: existsSync(certificate),
    forwards: await attempt('forwards', forwards, null),
  };
}
