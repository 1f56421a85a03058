import { createInterface } from 'node:readline';
import { CommandError, lastLines, shownCommand } from './command.ts';
import { inSurroundings } from './surroundings.ts';

const LINES_KEPT = 20;

/**
 * Runs a long command without a shell and without a time limit, and hands over each line it writes (to
 * either stream) as it comes. Throws CommandError with its last lines when it fails.
 */
export async function runStreamed(command: readonly string[], onLine: (line: string) => void): Promise<void> {
  // Loading execa takes 20 ms, which only commands that take much longer should pay.
  const { execa } = await import('execa');
  const [file = '', ...args] = inSurroundings(command);
  const child = execa(file, args, { cwd: '/', stdin: 'ignore', all: true, buffer: false, reject: false });
  const kept: string[] = [];
  // Not execa's own lines: progress is rewritten in place with carriage returns.
  createInterface({ input: child.all, crlfDelay: Number.POSITIVE_INFINITY }).on('line', (line) => {
    kept.push(line);
    if (kept.length > LINES_KEPT) kept.shift();
    onLine(line);
  });
  const { failed, exitCode, shortMessage } = await child;
  if (!failed) return;
  const said = lastLines(kept.filter((line) => !/^\s*\d+\/\d+ kB/.test(line)).join('\n'));
  throw new CommandError(shownCommand(command), exitCode ?? null, said === '' ? (shortMessage ?? '') : said);
}
