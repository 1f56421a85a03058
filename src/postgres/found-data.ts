/** Data directories that a volume came with. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readText } from '../system/files.ts';

/** Folders below a volume's own in which a cluster is looked for: `15/main`. */
const DEPTH = 2;
/** Copies under way, and data that a charm has put out of the way itself. */
const OWN_LEFTOVERS = /\.(aside|new)-/;

/** Data directories in and below `folder`, by path, each with the text of its PG_VERSION. What cannot be read holds none. */
export async function dataBelow(
  folder: string,
  depth = DEPTH,
): Promise<{ readonly path: string; readonly version: string }[]> {
  const version = await readText(join(folder, 'PG_VERSION')).catch(() => null);
  if (version !== null) return [{ path: folder, version: version.trim() }];
  if (depth === 0) return [];
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const folders = entries.filter((entry) => entry.isDirectory() && !OWN_LEFTOVERS.test(entry.name));
  const found = await Promise.all(folders.map(({ name }) => dataBelow(join(folder, name), depth - 1)));
  return found.flat().toSorted((left, right) => left.path.localeCompare(right.path));
}
