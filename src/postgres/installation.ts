/**
 * Debian's PostgreSQL before and after its packages are installed. The packages make no cluster: the charm does, with its own locale and
 * checksums.
 */
import { join } from 'node:path';
import { exists, removeFile, writeAtomic } from '../system/files.ts';
import { systemctl, systemdRuns } from '../system/systemd.ts';

/**
 * createcluster.conf's own folder for additions, read by pg_createcluster and by the packages' install
 * scripts.
 */
const CREATION_RULES = '/etc/postgresql-common/createcluster.d/50-charm.conf';
const SERVICE_RULES = '/etc/systemd/system/postgresql@.service.d/50-charm.conf';

// A server that crashes is back in a second, however often; the unit's own limit would leave it down after
// five crashes.
const serviceRules = `# Written by the PostgreSQL charm.
[Unit]
StartLimitIntervalSec=0

[Service]
Restart=on-failure
RestartSec=1
`;

/**
 * Mark from before the first package is touched until all are configured. Programs that are there prove little: packages are unpacked
 * first.
 */
export function unfinishedMark(state: string): string {
  return join(state, 'packages-unfinished');
}

/** True when an installation was begun and not brought to its end. `state` is the charm's state folder. */
export async function isInstallationUnfinished(state: string): Promise<boolean> {
  return exists(unfinishedMark(state));
}

/** Marks an installation as begun, before the server's packages are touched. */
export async function beginInstallation(state: string): Promise<void> {
  const rootFile = { mode: 0o644, owner: 'root' } as const;
  await writeAtomic(unfinishedMark(state), '', rootFile);
  const rules = '# Written by the PostgreSQL charm.\ncreate_main_cluster = false\n';
  await writeAtomic(CREATION_RULES, rules, rootFile);
  await writeAtomic(SERVICE_RULES, serviceRules, rootFile);
}

/** Completes an installation whose packages are configured. */
export async function finishInstallation(state: string): Promise<void> {
  if (systemdRuns()) await systemctl(['daemon-reload']);
  await removeFile(unfinishedMark(state));
}
