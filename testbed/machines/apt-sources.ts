import { run } from './command.ts';
import type { Base } from './paths.ts';

const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

/**
 * The lines of a sources.list for a base: from the mirror that the host itself is configured for, else (on
 * another distribution) from Debian's own.
 */
export async function aptSources(base: Base): Promise<string[]> {
  const { stdout } = await run([
    'apt-get',
    'indextargets',
    '--no-release-info',
    '--format',
    '$(REPO_URI)',
    'Created-By: Packages',
  ]);
  const uris = stdout.split('\n').map((uri) => uri.replace(/\/$/, ''));
  const archive = uris.find((uri) => uri.endsWith('/debian')) ?? 'http://deb.debian.org/debian';
  const security =
    uris.find((uri) => uri.endsWith('/debian-security')) ?? 'http://deb.debian.org/debian-security';
  return [
    `deb [signed-by=${keyring}] ${archive} ${base} main`,
    `deb [signed-by=${keyring}] ${archive} ${base}-updates main`,
    `deb [signed-by=${keyring}] ${security} ${base}-security main`,
  ];
}
