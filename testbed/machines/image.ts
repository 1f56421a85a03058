import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { aptSources } from './apt-sources.ts';
import { must } from './command.ts';
import { withHostLock } from './host-lock.ts';
import { unmountBelow } from './mounts.ts';
import { type Base, cacheFolder, type Log } from './paths.ts';
import { archiveFolder, type Recipe, recipe, recipeHash } from './recipe.ts';
import { imagesInUse } from './records.ts';

const imagesFolder = join(cacheFolder, 'images');

/**
 * The root file system of a base, built if the cache does not hold it (about half a minute); two runs do not
 * build at once. Returns its folder, which is never written to again. Throws with the build's last words when
 * it fails.
 */
export async function ensureImage(base: Base, log: Log): Promise<string> {
  const content = recipe(base);
  const name = `${base}-${recipeHash(content)}`;
  const folder = join(imagesFolder, name);
  if (existsSync(folder)) return join(folder, 'root');
  const onWait = () => log(`image ${base}: waiting for another run that builds it`);
  return await withHostLock(join(cacheFolder, `${base}.lock`), onWait, async () => {
    if (existsSync(folder)) return join(folder, 'root');
    await removeStaleImages(base);
    const unfinished = join(imagesFolder, `${base}.unfinished`);
    await build(content, join(unfinished, 'root'), log);
    await rename(unfinished, folder);
    log(`image ${base}: ready`);
    return join(folder, 'root');
  });
}

async function build(content: Recipe, root: string, log: Log): Promise<void> {
  await mkdir(root, { recursive: true });
  log(`image ${content.base}: building from Debian's packages`);
  const recent: string[] = [];
  const onLine = (line: string) => {
    if (recent.push(line) > 30) recent.shift();
    if (/^(I: |Fetched )/.test(line) && line.length < 100) {
      log(`image ${content.base}: ${line.replace('I: ', '')}`);
    }
  };
  const sources = await aptSources(content.base);
  try {
    await must(mmdebstrapCommand(content, root, sources), { onLine });
  } catch (error) {
    throw new Error(`image ${content.base}: mmdebstrap failed:\n${recent.join('\n')}`, { cause: error });
  }
  await must(['sh', '-ec', `cd "$1" && apt-ftparchive packages . > Packages`, 'sh', root + archiveFolder]);
  for (const file of content.files) {
    const path = root + file.path;
    await rm(path, { force: true });
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, file.content);
  }
  await must(['chroot', root, 'systemctl', 'mask', ...content.masked]);
  for (const locale of content.locales) {
    const [language = '', encoding = ''] = locale.split('.');
    await must(['chroot', root, 'localedef', '-i', language, '-f', encoding, locale]);
  }
}

function mmdebstrapCommand(content: Recipe, root: string, sources: readonly string[]): string[] {
  const download = [
    `mkdir -p "$1${archiveFolder}/partial"`,
    'export APT_CONFIG="$MMDEBSTRAP_APT_CONFIG"',
    `apt-get --yes --download-only -o APT::Sandbox::User=root -o Dir::Cache::archives="$1${archiveFolder}" ` +
      `install ${content.archive.join(' ')}`,
    `rm -rf "$1${archiveFolder}/partial" "$1${archiveFolder}/lock"`,
  ].join(' && ');
  return [
    'mmdebstrap',
    '--variant=minbase',
    `--include=${content.packages.join(',')}`,
    '--dpkgopt=force-unsafe-io',
    '--dpkgopt=path-exclude=/usr/share/man/*',
    '--dpkgopt=path-exclude=/usr/share/doc/*',
    '--dpkgopt=path-include=/usr/share/doc/*/copyright',
    `--customize-hook=${download}`,
    content.base,
    root,
    ...sources,
  ];
}

/** Removes what no machine stands on any more; the caller holds the base's lock. */
async function removeStaleImages(base: Base): Promise<void> {
  await mkdir(imagesFolder, { recursive: true });
  const used = imagesInUse();
  for (const name of await readdir(imagesFolder)) {
    const path = join(imagesFolder, name);
    if (!name.startsWith(base) || used.has(join(path, 'root'))) continue;
    await unmountBelow(path);
    await rm(path, { recursive: true, force: true });
  }
}
