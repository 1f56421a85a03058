import { must, run } from './command.ts';
import type { Log } from './paths.ts';

/** Debian packages that the machines need on the host. */
export const hostPackages: readonly string[] = [
  'apt-utils',
  'debian-archive-keyring',
  'e2fsprogs',
  'ethtool',
  'iproute2',
  'mmdebstrap',
  'mount',
  'nftables',
  'perl-base',
  'systemd-container',
  'util-linux',
];

/**
 * Installs what is missing of hostPackages with apt-get. Throws when the user is not root, or when apt-get
 * fails.
 */
export async function ensureHostPackages(log: Log): Promise<void> {
  requireRoot();
  const missing = await missingPackages();
  if (missing.length === 0) return;
  log(`installing ${missing.join(' ')}`);
  const env = { ...stringEnvironment(), DEBIAN_FRONTEND: 'noninteractive' };
  const apt = ['apt-get', '--yes', '-o', 'DPkg::Lock::Timeout=300'];
  await must([...apt, 'update'], { env });
  await must([...apt, 'install', '--no-install-recommends', ...missing], { env });
}

/** Throws unless this program may make machines at all. */
export function requireRoot(): void {
  if (process.getuid?.() === 0) return;
  throw new Error('machines are made and removed by root only: run this again with sudo');
}

async function missingPackages(): Promise<string[]> {
  const form = '${Package} ${db:Status-Status}\n';
  const { stdout } = await run(['dpkg-query', '--show', `--showformat=${form}`, ...hostPackages]);
  const installed = new Set(stdout.split('\n').filter((line) => line.endsWith(' installed')));
  return hostPackages.filter((name) => !installed.has(`${name} installed`));
}

function stringEnvironment(): Record<string, string> {
  const entries = Object.entries(process.env).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Record<string, string>;
}
