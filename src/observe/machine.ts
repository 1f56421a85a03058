/** The machine's share of an observation. */
import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { totalmem } from 'node:os';
import type { MachineFacts } from '../plan/observation.ts';
import { debianRoots } from '../postgres/machine.ts';
import { observeForwards } from '../postgres/syslog-forward.ts';
import { forwardPrefix } from '../relations/syslog.ts';
import type { ServerFacts } from '../server/server-facts.ts';

const certificate = '/etc/ssl/private/ssl-cert-snakeoil.key';

/** Memory, the volume of the data, Debian's certificate, and the files that forward `unit`'s log. */
export async function observeMachine(
  { place }: Pick<ServerFacts, 'place'>,
  unit: string,
): Promise<MachineFacts> {
  const volume = await statfs(place?.dataDirectory ?? '/var/lib').catch(() => null);
  return {
    ramBytes: totalmem(),
    volumeBytes: volume === null ? null : volume.blocks * volume.bsize,
    certificate: existsSync(certificate),
    forwards: await observeForwards(debianRoots.state, forwardPrefix(unit)),
  };
}
