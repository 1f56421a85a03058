import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { lastLines, shownCommand, ToolError } from './command.ts';
import { inSurroundings } from './surroundings.ts';

const LINES_KEPT = 20;

/**
 * Runs a long command without a shell and without a time limit, and hands over each line it writes (to
 * either stream) as it comes. Throws ToolError with its last lines when it fails.
 */
export async function runStreamed(command: readonly string[], onLine: (line: string) => void): Promise<void> {
  const [file = '', ...args] = inSurroundings(command);
  const child = spawn(file, args, {
    cwd: '/',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const kept: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    // Progress is rewritten in place with carriage returns.
    createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on('line', (line) => {
      kept.push(line);
      if (kept.length > LINES_KEPT) kept.shift();
      onLine(line);
    });
  }
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  child.on('error', (error) => reject(new ToolError(shownCommand(command), null, error.message)));
  child.on('close', (code) => {
    if (code === 0) return resolve();
    reject(
      new ToolError(
        shownCommand(command),
        code,
        lastLines(kept.filter((line) => !/^\s*\d+\/\d+ kB/.test(line)).join('\n')),
      ),
    );
  });
  return promise;
}
