/** The Node that travels in the charm: one binary per architecture, pinned by SHA-256. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import pins from './node-binaries.json' with { type: 'json' };

const root = join(import.meta.dirname, '..');

/** Juju's word for an architecture and Node's. */
export const architectures = { amd64: 'x64', arm64: 'arm64' } as const;
export type Architecture = keyof typeof architectures;

/**
 * Path of the verified binary. npm has installed the one that fits this machine; the other is fetched from the npm registry once and
 * cached. Throws when the bytes are not the pinned ones.
 */
export function nodeBinary(architecture: Architecture): string {
  const arch = architectures[architecture];
  const installed = join(root, `node_modules/node-linux-${arch}/bin/node`);
  const path = existsSync(installed) ? installed : fetchBinary(arch);
  const seen = createHash('sha256').update(readFileSync(path)).digest('hex');
  if (seen !== pins.sha256[arch]) {
    throw new Error(
      `${path} has SHA-256 ${seen}, but ${pins.sha256[arch]} is pinned for Node ${pins.version} ${arch}. ` +
        'Delete it and try again; if it stays, the published package has changed and must not be shipped.',
    );
  }
  return path;
}

function fetchBinary(arch: 'x64' | 'arm64'): string {
  const folder = join(root, '.cache', `node-${pins.version}-${arch}`);
  const path = join(folder, 'package/bin/node');
  if (existsSync(path)) return path;
  console.log(`fetching Node ${pins.version} for ${arch} from the npm registry …`);
  const partial = `${folder}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  execFileSync('npm', ['pack', '--silent', `node-linux-${arch}@${pins.version}`], {
    cwd: partial,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  execFileSync('tar', ['-xzf', `node-linux-${arch}-${pins.version}.tgz`, 'package/bin/node'], {
    cwd: partial,
  });
  rmSync(join(partial, `node-linux-${arch}-${pins.version}.tgz`));
  renameSync(partial, folder);
  return path;
}
