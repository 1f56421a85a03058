/**
 * Reading of the server's own log, for what only it tells: why the server is down, and that WAL is missing.
 */
import { open } from 'node:fs/promises';
import { errorCode } from '../system/files.ts';

const TAIL_BYTES = 64 * 1024;
const ERRORS_SHOWN = 5;
const LINES_LOOKED_AT = 40;
const SEVERITY =
  /(?:FATAL|PANIC|ERROR):\s|LOG:\s+(?=.*(?:unrecognized|invalid|could not|syntax error|parameter))/;
// Errors of clients, and the ordinary messages of a shutdown, do not explain why a server is down.
const NOISE = new RegExp(
  [
    'password authentication|no pg_hba\\.conf entry|pg_hba\\.conf rejects|role ".*" does not exist',
    'terminating connection|terminating walreceiver|canceling statement|the database system is',
    'could not receive data from client|could not connect to the primary|streaming replication',
    'cannot be changed without restarting|parameter ".*" (?:changed|removed)',
  ].join('|'),
);

/** The last 64 KiB of the log; empty when there is none. */
export async function readLogTail(path: string): Promise<string> {
  let file: Awaited<ReturnType<typeof open>>;
  try {
    file = await open(path, 'r');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return '';
    throw error;
  }
  try {
    const { size } = await file.stat();
    const length = Math.min(size, TAIL_BYTES);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.subarray(0, bytesRead).toString('utf8');
  } finally {
    await file.close();
  }
}

/** Last messages that say why the server is down, five at most, newest last, without the line's prefix. */
export function lastErrors(tail: string): string[] {
  const lines = tail
    .split('\n')
    .filter((line) => !NOISE.test(line))
    .slice(-LINES_LOOKED_AT);
  const running = lines.findLastIndex((line) => line.includes('is ready to accept'));
  return lines
    .slice(running + 1)
    .filter((line) => SEVERITY.test(line))
    .map((line) =>
      line
        .slice(line.search(/(?:FATAL|PANIC|ERROR|LOG):/))
        .trim()
        .slice(0, 300),
    )
    .slice(-ERRORS_SHOWN);
}

/**
 * True when a start has failed since the server last took sessions: FATAL ends it, and a startup process that dies aborts it. A PANIC alone
 * is what the start recovers from. Lines of sessions have a user in their prefix.
 */
export function hasFailedToStart(tail: string): boolean {
  const lines = tail.split('\n');
  const running = lines.findLastIndex((line) => line.includes('is ready to accept'));
  return lines
    .slice(running + 1)
    .some((line) => /aborting startup due to/.test(line) || (/FATAL:/.test(line) && !isOfSession(line)));
}

function isOfSession(line: string): boolean {
  return NOISE.test(line) || /\S@\S* FATAL:|WAL (?:stream|receiver)/.test(line);
}

/**
 * True when the last word on streaming is that the upstream has removed WAL this standby needs. A start wipes that out: after a clone the
 * log still tells of the data before it.
 */
export function walIsMissing(tail: string): boolean {
  const removed = tail.lastIndexOf('has already been removed');
  const better = Math.max(
    tail.lastIndexOf('starting PostgreSQL '),
    tail.lastIndexOf('started streaming WAL'),
    tail.lastIndexOf('entering standby mode'),
  );
  return removed >= 0 && removed > better;
}
