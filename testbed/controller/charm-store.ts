import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, matchesGlob, normalize } from 'node:path';
import type { JujuMode } from '../protocol/admin.ts';
import { type CharmEntry, readArchive } from './charm-archive.ts';
import type { Charm, CharmFiles } from './charm-types.ts';
import { validateCharm } from './charm-validation.ts';

export interface StoredCharm {
  /** Name of its folder in the store. */
  hash: string;
  charm: Charm;
}

const neverPacked = new Set(['.git', '.svn', '.hg', '.bzr', '.tox', '.jujuignore']);
const neverPackedOnTop = new Set(['build', 'revision', 'version']);

/**
 * Takes a charm (a folder or a zip) into the store, unpacked as an agent would unpack it, in a folder named
 * after its content. Throws an Error naming everything for which Juju would refuse it.
 */
export function storeCharm(charmPath: string, store: string, juju: JujuMode): StoredCharm {
  if (!existsSync(charmPath)) throw new Error(`no charm was found at "${charmPath}"`);
  const isFolder = statSync(charmPath).isDirectory();
  if (isFolder && juju === '4.0') {
    throw new Error(
      `deploying from a directory is not supported: pack "${charmPath}" into a .charm file first`,
    );
  }
  const entries = isFolder ? readFolder(charmPath) : readArchive(charmPath);
  entries.sort((a, b) => (a.path < b.path ? -1 : 1));
  for (const entry of entries) checkPlace(entry);
  const { charm, errors } = validateCharm(descriptiveFiles(entries), juju);
  if (charm === null) throw new Error(`cannot read charm "${charmPath}": ${errors.join('; ')}`);
  const hash = isFolder ? hashEntries(entries) : hashFile(charmPath);
  const folder = join(store, hash);
  if (!existsSync(folder)) unpackEntries(entries, folder, charm);
  return { hash, charm };
}

function readFolder(top: string): CharmEntry[] {
  const ignoreFile = join(top, '.jujuignore');
  const ignored = existsSync(ignoreFile)
    ? readFileSync(ignoreFile, 'utf8')
        .split('\n')
        .filter((line) => line !== '' && !line.startsWith('#'))
    : [];
  const entries: CharmEntry[] = [];
  const walk = (folder: string): void => {
    for (const name of readdirSync(join(top, folder))) {
      const path = join(folder, name);
      if (neverPacked.has(name) || (folder === '' && neverPackedOnTop.has(name))) continue;
      if (ignored.some((glob) => matchesGlob(path, glob.replace(/^\/|\/$/g, '')))) continue;
      const stat = lstatSync(join(top, path));
      if (stat.isSymbolicLink()) entries.push({ path, kind: 'link', target: readlinkSync(join(top, path)) });
      else if (stat.isDirectory()) {
        entries.push({ path, kind: 'folder', mode: 0o755 });
        walk(path);
      } else if (stat.isFile()) {
        const mode = (stat.mode & 0o100) === 0 ? 0o644 : 0o755;
        entries.push({ path, kind: 'file', mode, content: () => readFileSync(join(top, path)) });
      } else throw new Error(`file is not a regular file: "${path}"`);
    }
  };
  walk('');
  return entries;
}

function checkPlace(entry: CharmEntry): void {
  if (entry.path.startsWith('/') || normalize(entry.path).startsWith('..')) {
    throw new Error(`charm holds a path outside itself: "${entry.path}"`);
  }
  if (entry.kind !== 'link') return;
  if (entry.target.startsWith('/')) throw new Error(`symlink "${entry.path}" is absolute: "${entry.target}"`);
  if (normalize(join(dirname(entry.path), entry.target)).startsWith('..')) {
    throw new Error(`symlink "${entry.path}" links out of charm: "${entry.target}"`);
  }
}

function descriptiveFiles(entries: CharmEntry[]): CharmFiles {
  const text = (path: string): string | null => {
    const entry = entries.find((each) => each.path === path);
    return entry?.kind === 'file' ? entry.content().toString() : null;
  };
  return {
    metadata: text('metadata.yaml'),
    manifest: text('manifest.yaml'),
    config: text('config.yaml'),
    actions: text('actions.yaml'),
  };
}

function hashFile(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex').slice(0, 16);
}

function hashEntries(entries: CharmEntry[]): string {
  const hash = createHash('sha256');
  for (const entry of entries) {
    hash.update(`${entry.kind} ${entry.path}\0`);
    if (entry.kind === 'link') hash.update(entry.target);
    if (entry.kind === 'file') hash.update(`${entry.mode}`).update(entry.content());
  }
  return hash.digest('hex').slice(0, 16);
}

function unpackEntries(entries: CharmEntry[], folder: string, charm: Charm): void {
  const unfinished = `${folder}.${process.pid}`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true });
  const forced = hookFiles(charm);
  for (const entry of entries) {
    const path = join(unfinished, entry.path);
    mkdirSync(entry.kind === 'folder' ? path : dirname(path), { recursive: true });
    if (entry.kind === 'link') symlinkSync(entry.target, path);
    if (entry.kind === 'file') {
      writeFileSync(path, entry.content());
      chmodSync(path, forced.has(entry.path) ? entry.mode | 0o755 : entry.mode || 0o644);
    }
  }
  renameSync(unfinished, folder);
}

const plainHooks = [
  'install',
  'start',
  'config-changed',
  'upgrade-charm',
  'stop',
  'remove',
  'update-status',
  'leader-elected',
  'leader-deposed',
  'leader-settings-changed',
  'collect-metrics',
  'meter-status-changed',
  'pre-series-upgrade',
  'post-series-upgrade',
  'secret-changed',
  'secret-expired',
  'secret-remove',
  'secret-rotate',
];

/** Files under hooks/ that Juju makes executable whatever the archive says. */
function hookFiles(charm: Charm): Set<string> {
  const names = [...plainHooks];
  for (const endpoint of [...Object.keys(charm.endpoints), 'juju-info']) {
    for (const kind of ['created', 'joined', 'changed', 'departed', 'broken']) {
      names.push(`${endpoint}-relation-${kind}`);
    }
  }
  for (const storage of Object.keys(charm.storage)) {
    names.push(`${storage}-storage-attached`, `${storage}-storage-detaching`);
  }
  return new Set(names.map((name) => `hooks/${name}`));
}
