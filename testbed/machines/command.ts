import { type StdioOptions, spawn } from 'node:child_process';
import { constants } from 'node:os';

export interface CommandResult {
  exitCode: number;
  stdout: string;
  stderr: string;
}

interface CommandOptions {
  env?: Record<string, string> | undefined;
  stdin?: string | Buffer | undefined;
  timeoutMs?: number | undefined;
  /** Called with each complete line of standard output and standard error. */
  onLine?: ((line: string) => void) | undefined;
}

/**
 * Runs a program to its end and returns what it said, as text. An exit code of 128 + n means that signal n
 * ended it. Throws when it cannot be started, and when timeoutMs passed: then its whole process group was
 * killed.
 */
export async function run(argv: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  const [program, ...rest] = argv;
  if (program === undefined) throw new Error('there is no program to run: the argument list is empty');
  // Without input there is no socket to read from either: bash takes one for a remote shell's.
  const input = options.stdin === undefined ? 'ignore' : 'pipe';
  const stdio: StdioOptions = [input, 'pipe', 'pipe'];
  const child = spawn(program, rest, { env: options.env ?? process.env, detached: true, stdio });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  collect(child.stdout, stdout, options.onLine);
  collect(child.stderr, stderr, options.onLine);
  // A program that ends without reading its input is no failure of ours.
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(options.stdin);
  let timedOut = false;
  const timer =
    options.timeoutMs === undefined
      ? undefined
      : setTimeout(() => {
          timedOut = true;
          killGroup(child.pid);
        }, options.timeoutMs);
  try {
    const exitCode = await new Promise<number>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code, signal) => resolve(code ?? 128 + signalNumber(signal)));
    });
    if (timedOut) throw new Error(`${argv.join(' ')}: not done after ${options.timeoutMs} ms, killed`);
    return { exitCode, stdout: text(stdout), stderr: text(stderr) };
  } finally {
    clearTimeout(timer);
  }
}

/**
 * As run, and throws with the program's own words when it exits with another code than 0. Returns standard
 * output.
 */
export async function must(argv: readonly string[], options: CommandOptions = {}): Promise<string> {
  const result = await run(argv, options);
  if (result.exitCode !== 0) {
    const said = (result.stderr.trim() || result.stdout.trim()).slice(-2000);
    throw new Error(`${argv.join(' ')}: exit code ${result.exitCode}: ${said}`);
  }
  return result.stdout;
}

function collect(
  stream: NodeJS.ReadableStream | null,
  into: Buffer[],
  onLine?: (line: string) => void,
): void {
  let rest = '';
  stream?.on('data', (chunk: Buffer) => {
    into.push(chunk);
    if (onLine === undefined) return;
    const lines = (rest + chunk.toString('utf8')).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  });
}

function text(chunks: readonly Buffer[]): string {
  return Buffer.concat(chunks).toString('utf8');
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It ended by itself in the meantime.
  }
}

function signalNumber(signal: NodeJS.Signals | null): number {
  return signal === null ? 0 : constants.signals[signal];
}
