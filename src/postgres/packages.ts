/**
 * Debian packages of the server. The packages make no cluster: the charm does, with its own locale and
 * checksums.
 */
import { join } from 'node:path';
import { CommandError, runCommand } from '../system/command.ts';
import { exists, removeFile, writeAtomic } from '../system/files.ts';
import { systemctl, systemdRuns } from '../system/systemd.ts';

const TIMEOUT_MS = 30 * 60_000;
const LOCK_WAIT_SECONDS = 300;
const ATTEMPTS = 3;

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
 * There from before the first package is touched until all are configured. That the programs are there says
 * little: packages are unpacked first.
 */
function unfinishedMark(state: string): string {
  return join(state, 'packages-unfinished');
}

/** Whether an installation was begun and not brought to its end. `state` is the charm's state folder. */
export async function isInstallationUnfinished(state: string): Promise<boolean> {
  return exists(unfinishedMark(state));
}

/**
 * Installs the server of `major` (null: the release's default) and `packages`. Safe to repeat. Throws
 * CommandError.
 */
export async function installPackages(
  state: string,
  major: number | null,
  packages: readonly string[],
): Promise<void> {
  const rootFile = { mode: 0o644, owner: 'root' } as const;
  await writeAtomic(unfinishedMark(state), '', rootFile);
  const rules = '# Written by the PostgreSQL charm.\ncreate_main_cluster = false\n';
  await writeAtomic(CREATION_RULES, rules, rootFile);
  await writeAtomic(SERVICE_RULES, serviceRules, rootFile);
  // What is already in the lists may do; without a network the install itself says what is missing.
  const updated = await aptGet(['update']).then(
    () => null,
    (error: unknown) => error,
  );
  const server = major === null ? ['postgresql'] : [`postgresql-${major}`, `postgresql-client-${major}`];
  for (let attempt = 1; ; attempt += 1) {
    try {
      await aptGet(['install', '-y', '--no-install-recommends', ...server, ...packages]);
      break;
    } catch (error) {
      if (attempt >= ATTEMPTS) throw blamed(error, updated);
      // A kill in the middle of an earlier install leaves packages unpacked only.
      await runCommand('dpkg', ['--configure', '-a'], { timeoutMs: TIMEOUT_MS, env: quiet }).catch(() => {});
    }
  }
  if (systemdRuns()) await systemctl(['daemon-reload']);
  await removeFile(unfinishedMark(state));
}

/** Installs a package that has nothing to do with the server's version. Safe to repeat. Throws CommandError. */
export async function installProgram(name: string): Promise<void> {
  await aptGet(['update']).catch(() => {});
  await aptGet(['install', '-y', '--no-install-recommends', name]);
}

const quiet = { DEBIAN_FRONTEND: 'noninteractive', NEEDRESTART_SUSPEND: '1', UCF_FORCE_CONFFOLD: '1' };

async function aptGet(args: readonly string[]): Promise<void> {
  const lock = ['-o', `DPkg::Lock::Timeout=${LOCK_WAIT_SECONDS}`, '-o', 'Dpkg::Options::=--force-confold'];
  // On a terminal of apt's own dpkg would outlive a killed hook, and its errors would go to standard output.
  const plain = ['-o', 'Dpkg::Use-Pty=0'];
  await runCommand('apt-get', [...lock, ...plain, '-q', ...args], { timeoutMs: TIMEOUT_MS, env: quiet });
}

function blamed(error: unknown, updateError: unknown): unknown {
  if (!(error instanceof CommandError) || !(updateError instanceof CommandError)) return error;
  const both = `${error.stderrTail} (before that apt-get update failed: ${updateError.stderrTail})`;
  return new CommandError(error.command, error.exitCode, both);
}
