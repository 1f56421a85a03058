/** Files that the charm writes for the server: read as the server can, written whatever is in their place. */
import { stat } from 'node:fs/promises';
import { managedFilePaths } from '../server/managed-files.ts';
import { type ClusterPlace, managedPaths } from '../server/place.ts';
import { type Account, accountIds } from '../system/accounts.ts';
import { readText, writeAtomic } from '../system/files.ts';
import { moveFolderAway } from './data-aside.ts';
import { traitsOf } from './machine.ts';

const OWNER_READS = 0o400;
const OTHERS_READ = 0o004;
/** libpq takes no passwords from a file that anybody else may look into. */
const ANYBODY_ELSE = 0o077;

export type Texts = Readonly<Record<string, string | null>>;

/** Texts of all files the charm writes for the cluster at `place`, by path. */
export async function readManagedFiles(place: ClusterPlace): Promise<Texts> {
  const { recoveryIn } = traitsOf(place);
  const { passfile } = managedPaths(place, recoveryIn);
  const texts = managedFilePaths(place, recoveryIn).map(
    async (path) => [path, await readManaged(path, path === passfile)] as const,
  );
  return Object.fromEntries(await Promise.all(texts));
}

/**
 * Text of `path`; null when there is no file that the server can read there, so that it is written anew. A `secret` file must be its owner's
 * alone.
 */
export async function readManaged(path: string, secret = false): Promise<string | null> {
  try {
    const found = await stat(path);
    return found.isFile() && (await isReadable(found, secret)) ? await readText(path) : null;
  } catch {
    return null;
  }
}

async function isReadable(found: { uid: number; mode: number }, secret: boolean): Promise<boolean> {
  const ids = await accountIds('postgres');
  const owned = (ids === null || found.uid === ids.uid) && (found.mode & OWNER_READS) !== 0;
  if (secret) return owned && (found.mode & ANYBODY_ELSE) === 0;
  return owned || (found.mode & OTHERS_READ) !== 0;
}

/** Replaces `path` whole. A folder in its place is renamed. */
export async function writeManaged(
  path: string,
  content: string,
  options: { readonly mode: number; readonly owner: Account },
): Promise<void> {
  await moveFolderAway(path);
  await writeAtomic(path, content, options);
}
