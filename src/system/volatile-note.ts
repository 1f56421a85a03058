/**
 * Notes from one hook to the next that hold only until the machine boots: files in /run, readable by root only. A note of another boot (a
 * container may keep its /run), or one that cannot be read, counts as none.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { bootId } from './clock.ts';
import { readText } from './files.ts';

/** The JSON value that `unit` has noted under `name`; null when there is none. */
export async function readVolatile(unit: string, name: string): Promise<unknown> {
  try {
    const text = await readText(noteFile(unit, name));
    const note = JSON.parse(text ?? 'null') as { boot?: unknown; value?: unknown } | null;
    return note?.boot === bootId() ? (note.value ?? null) : null;
  } catch {
    return null;
  }
}

/** Notes a JSON value. A note that cannot be written is none; the work is done again. */
export async function writeVolatile(unit: string, name: string, value: unknown): Promise<void> {
  const file = noteFile(unit, name);
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(file, JSON.stringify({ boot: bootId(), value }), { mode: 0o600 });
  } catch {
    await dropVolatile(unit, name);
  }
}

/** Removes a note. */
export async function dropVolatile(unit: string, name: string): Promise<void> {
  await rm(noteFile(unit, name), { force: true, recursive: true }).catch(() => {});
}

/** Path of a note. */
export function noteFile(unit: string, name: string): string {
  return `/run/postgresql-charm/${unit.replace('/', '-')}-${name}.json`;
}
