/** Needs of the demo, the tests and the benchmarks on this machine, made once and kept in caches. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { type Base, ensureHostPackages, ensureImage } from '../testbed/machines/index.ts';
import { buildCharm } from './build.ts';
import { packCharm } from './pack.ts';

/** Prints what is being done, with the seconds since the program started. */
export function say(line: string): void {
  console.log(`== [${Math.round(performance.now() / 1000)}s] ${line}`);
}

/** Debian packages, base images and the packed charm; returns the package's path. */
export async function setUp(bases: readonly Base[]): Promise<string> {
  await ensureHostPackages(say);
  for (const base of bases) await ensureImage(base, say);
  say('building and packing the charm');
  await buildCharm();
  return packCharm(process.arch === 'arm64' ? 'arm64' : 'amd64');
}

/**
 * Packages that tests need beside machines: PostgreSQL here, for those that drive a throw-away server without a machine around it, and pip,
 * for the libraries client charms are written with.
 */
export function ensureTestPackages(): void {
  if (!existsSync('/usr/lib/postgresql')) {
    say('installing PostgreSQL from the distribution, without a cluster of its own');
    mkdirSync('/etc/postgresql-common/createcluster.d', { recursive: true });
    writeFileSync(
      '/etc/postgresql-common/createcluster.d/no-main-cluster.conf',
      'create_main_cluster = false\n',
    );
    aptInstall('postgresql');
  }
  if (spawnSync('python3', ['-m', 'pip', '--version']).status !== 0) {
    say('installing pip');
    aptInstall('python3-pip');
  }
}

function aptInstall(name: string): void {
  execFileSync('apt-get', ['install', '-y', '-q', '--no-install-recommends', name], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}
