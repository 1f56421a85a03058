/**
 * `npm run pack [-- --arch amd64]`: postgresql_<arch>.charm, a zip that Juju 2.9, 3.6 and 4.0 take. Two packs of one commit are
 * byte-identical: files in sorted order, one fixed time, no folder of the machine in it.
 */
import { execFileSync } from 'node:child_process';
import { createWriteStream, lstatSync, readdirSync, readFileSync, readlinkSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { stringify } from 'yaml';
import { ZipFile } from 'yazl';
import { buildCharm } from './build.ts';
import { type Architecture, architectures, nodeBinary } from './node-binary.ts';

const root = join(import.meta.dirname, '..');
const shipped = [
  'metadata.yaml',
  'config.yaml',
  'actions.yaml',
  'LICENSE',
  'README.md',
  'CHANGELOG.md',
  'dist',
  'hooks',
  'actions',
  'templates',
];
const bases = ['22.04', '24.04', '26.04'];
/** Zip's epoch plus a day, so that no time zone falls before it. */
const mtime = new Date(Date.UTC(1980, 0, 2));

/** Packs the charm for one architecture and returns the path of the package. */
export async function packCharm(architecture: Architecture, folder = root): Promise<string> {
  const zip = new ZipFile();
  for (const path of shipped.flatMap((name) => filesBelow(name)).sort()) addFile(zip, path);
  const manifest = {
    bases: bases.map((channel) => ({ name: 'ubuntu', channel, architectures: [architecture] })),
  };
  addText(zip, 'manifest.yaml', stringify(manifest));
  addText(zip, 'version', `${versionText()}\n`);
  // Level 2: a fifth of level 6's time for a tenth more bytes, and this file is nearly all of the package.
  const options = { mtime, mode: 0o100755, forceDosTimestamp: true, compressionLevel: 2 };
  zip.addBuffer(readFileSync(nodeBinary(architecture)), 'bin/node', options);
  zip.end();
  const target = join(folder, `postgresql_${architecture}.charm`);
  // Written beside and renamed: somebody may be deploying the older one right now.
  const partial = join(folder, `.packing-${process.pid}-${architecture}.charm`);
  await pipeline(zip.outputStream, createWriteStream(partial));
  renameSync(partial, target);
  return target;
}

function filesBelow(name: string): string[] {
  const path = join(root, name);
  if (!lstatSync(path).isDirectory()) return [name];
  return readdirSync(path).flatMap((child) => filesBelow(`${name}/${child}`));
}

function addFile(zip: ZipFile, name: string): void {
  const path = join(root, name);
  const stat = lstatSync(path);
  const options = { mtime, forceDosTimestamp: true };
  if (stat.isSymbolicLink()) {
    zip.addBuffer(Buffer.from(readlinkSync(path)), name, { ...options, mode: 0o120777, compress: false });
    return;
  }
  zip.addBuffer(readFileSync(path), name, { ...options, mode: stat.mode & 0o100 ? 0o100755 : 0o100644 });
}

function addText(zip: ZipFile, name: string, text: string): void {
  zip.addBuffer(Buffer.from(text), name, { mtime, forceDosTimestamp: true, mode: 0o100644 });
}

/** Version that `juju status` and a bug report can name: the commit, with `-dirty` when files differ from it. */
function versionText(): string {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty', '--tags'], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return 'unversioned';
  }
}

if (import.meta.main) {
  const asked = process.argv.indexOf('--arch');
  const wanted = asked < 0 ? Object.keys(architectures) : [process.argv[asked + 1] ?? ''];
  const unknown = wanted.find((name) => !(name in architectures));
  if (unknown !== undefined) {
    console.error(`unknown architecture "${unknown}"; there are: ${Object.keys(architectures).join(', ')}`);
    process.exit(2);
  }
  await buildCharm();
  for (const architecture of wanted as Architecture[]) console.log(`packed ${await packCharm(architecture)}`);
}
