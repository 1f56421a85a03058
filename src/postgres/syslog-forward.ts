/** rsyslog's files that forward what PostgreSQL logs. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode, exists, readText, removeFile, writeAtomic } from '../system/files.ts';
import { systemctl } from '../system/systemd.ts';

const FOLDER = '/etc/rsyslog.d';
const PROGRAM = '/usr/sbin/rsyslogd';

/** The files in rsyslog's folder whose names begin with `prefix`. Throws when they cannot be read. `state` is the charm's state folder. */
export async function observeForwards(
  state: string,
  prefix: string,
): Promise<{ files: Record<string, string>; unread: boolean; canForward: boolean }> {
  const names = await readdir(FOLDER).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  });
  const paths = names.filter((name) => name.startsWith(prefix)).map((name) => join(FOLDER, name));
  const texts = await Promise.all(paths.map(async (path) => [path, (await readText(path)) ?? ''] as const));
  const [unread, canForward] = await Promise.all([exists(unreadMark(state)), exists(PROGRAM)]);
  return { files: Object.fromEntries(texts), unread, canForward };
}

/** Writes and removes files, and has rsyslog read them. Throws CommandError. */
export async function forwardLogs(
  state: string,
  files: readonly { readonly path: string; readonly content: string }[],
  remove: readonly string[],
): Promise<void> {
  const rootFile = { mode: 0o644, owner: 'root' } as const;
  await writeAtomic(unreadMark(state), '', rootFile);
  for (const { path, content } of files) await writeAtomic(path, content, rootFile);
  for (const path of remove) await removeFile(path);
  if (await exists(PROGRAM)) await systemctl(['restart', 'rsyslog.service']);
  await removeFile(unreadMark(state));
}

/** There from before the first file is touched until rsyslog has been restarted. */
function unreadMark(state: string): string {
  return join(state, 'rsyslog-unread');
}
