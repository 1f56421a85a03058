/** Running Juju's hook commands. Nothing else in the charm runs one. */
import { execFile } from 'node:child_process';
import { argumentOf } from './juju-text.ts';
import { toolLimitMs } from './together.ts';
/** A hook command that failed. Its arguments may hold secrets, so only the command and its first flag are named. */
export class HookCommandError extends Error {
  readonly tool: string;
  /** Null when it could not be started or did not end in time. */
  readonly exitCode: number | null;
  readonly said: string;

  constructor(tool: string, exitCode: number | null, said: string) {
    super(`${tool} failed${exitCode === null ? '' : ` (${exitCode})`}: ${said}`);
    this.name = 'HookCommandError';
    this.tool = tool;
    this.exitCode = exitCode;
    this.said = said;
  }
}

const OUTPUT_LIMIT_BYTES = 32 * 1024 * 1024;
const SAID_LENGTH = 400;

/** Each is a process of its own; with a hundred relations all at once would need gigabytes. */
const AT_ONCE = 8;

let count = 0;
let running = 0;
const waiting: (() => void)[] = [];

/** Number of hook commands this process has run by runTool. */
export function runCount(): number {
  return count;
}

/**
 * Runs a hook command, a few at a time, and returns what it printed. `stdin` is for text that must not be seen in a process
 * list.
 */
export async function runTool(tool: string, args: readonly string[], stdin?: string): Promise<string> {
  count += 1;
  if (running < AT_ONCE) running += 1;
  else await new Promise<void>((resolve) => waiting.push(resolve));
  try {
    return await runProcess(tool, args, stdin);
  } finally {
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  }
}

async function runProcess(tool: string, args: readonly string[], stdin?: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const options = { timeout: toolLimitMs, maxBuffer: OUTPUT_LIMIT_BYTES };
  const child = execFile(tool, args.map(argumentOf), options, (error, stdout, stderr) => {
    if (error === null) return resolve(stdout);
    const said = stderr.trim() === '' ? reason(error) : spoken(stderr);
    reject(new HookCommandError(tool, typeof error.code === 'number' ? error.code : null, said));
  });
  // A command that ends before it has read its input breaks the pipe; its exit code says what was wrong.
  child.stdin?.on('error', () => {});
  child.stdin?.end(stdin ?? '');
  return promise;
}

/** Words of a failed command for people. */
export function spoken(stderr: string): string {
  return stderr
    .trim()
    .replace(/^ERROR /, '')
    .slice(0, SAID_LENGTH);
}

/** Reason of a failure that said nothing. */
export function reason(error: { readonly code?: unknown; readonly killed?: boolean }): string {
  if (error.code === 'ENOENT')
    return 'there is no such command: this is not a Juju unit, or no hook is running';
  return error.killed === true ? `no answer in ${toolLimitMs / 1000} s` : `error ${String(error.code)}`;
}

/** True when a failure only means that the relation is going or gone, which Juju says in several ways. */
export function isGone(error: unknown): boolean {
  return (
    error instanceof HookCommandError && /permission denied|relation not found|not found/i.test(error.said)
  );
}
