import { createInterface } from 'node:readline';
import { CommandError, lastLines, shownCommand } from './command.ts';
import { type Variables, withEnvironment } from './environment.ts';

const LINES_KEPT = 20;

export interface StreamOptions {
  readonly env?: Variables;
  /** Without one the command may take as long as it likes. */
  readonly timeoutMs?: number;
  readonly cancelSignal?: AbortSignal;
}

/**
import { CommandError, lastLines, shownCommand } from './command.ts';
import { withEnvironment, type Variables } from './environment.ts';
 */
export async function runStreamed(
  command: readonly string[],
  onLine: (line: string) => void,
  { env = {}, ...limits }: StreamOptions = {},
): Promise<void> {
  // Loading execa takes 20 ms, which only commands that take much longer should pay.
  const { execa } = await import('execa');
  const [file = '', ...args] = withEnvironment(command, env);
  const child = execa(file, args, {
    cwd: '/',
    stdin: 'ignore',
    all: true,
    buffer: false,
    reject: false,
    ...(limits.timeoutMs === undefined ? {} : { timeout: limits.timeoutMs }),
    ...(limits.cancelSignal === undefined ? {} : { cancelSignal: limits.cancelSignal }),
  });
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
