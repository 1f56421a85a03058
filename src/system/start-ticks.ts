import { readText } from './files.ts';

/** Start time of a process in clock ticks; null when it does not live. */
export async function startTicks(pid: number): Promise<string | null> {
  const text = await readText(`/proc/${pid}/stat`).catch(() => null);
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ');
  return fields === undefined || fields[0] === 'Z' ? null : (fields[19] ?? null);
}
