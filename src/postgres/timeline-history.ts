import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { TimelineSwitch } from '../server/server-facts.ts';
import { errorCode, readText } from '../system/files.ts';

/** The newest timeline history file in pg_wal as switches, oldest first; empty on timeline 1. */
export async function readTimelineHistory(dataDirectory: string): Promise<TimelineSwitch[]> {
  const folder = join(dataDirectory, 'pg_wal');
  const names = await readdir(folder).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  });
  const newest = names
    .filter((name) => /^[0-9A-F]{8}\.history$/.test(name))
    .toSorted()
    .at(-1);
  return newest === undefined ? [] : parseHistory((await readText(join(folder, newest))) ?? '');
}

/** Lines of the form `timeline<TAB>switch position<TAB>reason`. */
export function parseHistory(text: string): TimelineSwitch[] {
  return text.split('\n').flatMap((line) => {
    const [, timeline, switchPosition] = /^\s*(\d+)\s+([0-9A-Fa-f]+\/[0-9A-Fa-f]+)/.exec(line) ?? [];
    if (timeline === undefined || switchPosition === undefined) return [];
    return [{ timeline: Number(timeline), switchPosition }];
  });
}
