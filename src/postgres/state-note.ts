/** Notes that the charm keeps in its state folder: JSON, root's alone, replaced whole. */
import type * as z from 'zod';
import { parsedJson } from '../server/json.ts';
import { readText, writeAtomic } from '../system/files.ts';
import { moveFolderAway } from './data-aside.ts';

/** A note that is there and holds something else than the charm wrote. */
export class DamagedNote extends Error {}

/** The note at `path`; null when there is none. Throws DamagedNote for another content, and what the system says when it cannot be read. */
export async function readNote<Shape extends z.ZodType>(
  path: string,
  shape: Shape,
): Promise<z.output<Shape> | null> {
  const text = await readText(path);
  if (text === null) return null;
  const note = shape.safeParse(parsedJson(text));
  if (!note.success) throw new DamagedNote(`${path} is damaged`);
  return note.data;
}

/** The same where a note that is lost can be made again: one that is damaged, or cannot be read, counts as none. */
export async function readReplaceable<Shape extends z.ZodType>(
  path: string,
  shape: Shape,
): Promise<z.output<Shape> | null> {
  return readNote(path, shape).catch(() => null);
}

/** Replaces the note at `path`, on disk when this returns. A folder in its place is renamed. */
export async function writeNote(path: string, note: object): Promise<void> {
  await moveFolderAway(path);
  await writeAtomic(path, `${JSON.stringify(note, null, 2)}\n`, { mode: 0o600, owner: 'root' });
}
