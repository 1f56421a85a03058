import { execFile } from 'node:child_process';
import { type Variables, withEnvironment } from './environment.ts';

/** A command that failed: what was run, how it ended and the end of what it said. */
export class CommandError extends Error {
  readonly command: string;
  /** Null when a signal or the time limit ended it; 127 when there is no such program. */
  readonly exitCode: number | null;
  readonly stderrTail: string;

  constructor(command: string, exitCode: number | null, stderrTail: string) {
    const ending = exitCode === null ? 'did not finish' : `ended with exit code ${exitCode}`;
    super(`${command} ${ending}${stderrTail === '' ? '' : `: ${stderrTail}`}`);
    this.name = 'CommandError';
    this.command = command;
    this.exitCode = exitCode;
    this.stderrTail = stderrTail;
  }
}

export interface CommandOptions {
  readonly timeoutMs?: number;
  readonly env?: Variables;
  readonly uid?: number;
  readonly gid?: number;
  readonly cwd?: string;
  /** Lines of its errors that a CommandError keeps, counted from the end. */
  readonly tailLines?: number;
  /** Appends what it prints as errors to what it prints. */
  readonly withStderr?: boolean;
}

const OUTPUT_LIMIT_BYTES = 8 * 1024 * 1024;
const TAIL_LINES = 5;

/**
 * Runs `file` without a shell, in the C locale, and returns what it printed. Throws CommandError when it
 * fails.
 */
export async function runCommand(
  file: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const [program = '', ...rest] = withEnvironment([file, ...args], options.env);
  execFile(
    program,
    rest,
    {
      timeout: options.timeoutMs ?? 60_000,
      maxBuffer: OUTPUT_LIMIT_BYTES,
      cwd: options.cwd ?? '/',
      ...(options.uid === undefined ? {} : { uid: options.uid }),
      ...(options.gid === undefined ? {} : { gid: options.gid }),
    },
    (error, stdout, stderr) => {
      if (error === null) return resolve(options.withStderr === true ? `${stdout}${stderr}` : stdout);
      const code = typeof error.code === 'number' ? error.code : null;
      const said = lastLines(stderr === '' ? stdout : stderr, options.tailLines);
      reject(
        new CommandError(
          shownCommand([file, ...args]),
          code,
          said === '' && code === null ? error.message : said,
        ),
      );
    },
  );
  return promise;
}

/**
 * The program and its first argument, for messages; the program that only changes the account is left out.
 */
export function shownCommand(command: readonly string[]): string {
  const own =
    command[0] === 'setpriv'
      ? command.slice(command.findIndex((part, at) => at > 0 && !part.startsWith('-')))
      : command;
  const [program = '', first = ''] = own;
  return `${program.split('/').at(-1)}${first.startsWith('-') ? '' : ` ${first}`}`.trim();
}

/** The last few lines of `text` that hold anything, joined by ` | `. */
export function lastLines(text: string, count = TAIL_LINES): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.slice(-count).join(' | ');
}
