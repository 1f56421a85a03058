import { spawn } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { join } from 'node:path';
import type { HookContext } from './hook-context.ts';

const pipeWaitMs = 100;
const maxLineBytes = 4096;

export interface ProcessEnd {
  exitCode: number | null;
  signal: string | null;
  /** Reason it could not be started; else null. */
  failure: string | null;
}

/** The program for a hook or an action: `dispatch`, else a file of its own; null when there is neither. */
export function findProgram(charm: string, folder: 'hooks' | 'actions', name: string): string | null {
  const candidates = [join(charm, 'dispatch'), join(charm, folder, name)];
  return candidates.find((path) => existsSync(path)) ?? null;
}

export interface ProcessSpec {
  argv: [string, ...string[]];
  cwd: string;
  env: Record<string, string>;
  input?: string;
  onOut(chunk: Buffer): void;
  onErr(chunk: Buffer): void;
}

/**
 * Runs a program in a process group of its own, which the context's `kill` ends. After its exit the pipes
 * are waited for 100 ms at most: a daemon that keeps them open does not hold the hook.
 */
export function runProcess(context: HookContext, spec: ProcessSpec): Promise<ProcessEnd> {
  const [program, ...args] = spec.argv;
  try {
    accessSync(program, constants.X_OK);
  } catch {
    const failure = `fork/exec ${program}: permission denied`;
    return Promise.resolve({ exitCode: null, signal: null, failure });
  }
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: spec.cwd,
      env: spec.env,
      detached: true,
      stdio: [spec.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
    child.stdout?.on('data', spec.onOut);
    child.stderr?.on('data', spec.onErr);
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(spec.input);
    context.kill = (signal) => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, signal);
      } catch {
        // It is gone already.
      }
    };
    if (context.killWanted !== null) context.kill(context.killWanted);
    child.on('error', (error) => {
      resolve({ exitCode: null, signal: null, failure: `fork/exec ${program}: ${error.message}` });
    });
    child.on('exit', (exitCode, signal) => {
      context.kill = () => undefined;
      const end = (): void => {
        clearTimeout(timer);
        child.stdout?.destroy();
        child.stderr?.destroy();
        resolve({ exitCode, signal, failure: null });
      };
      const timer = setTimeout(end, pipeWaitMs);
      child.on('close', end);
    });
  });
}

/** Cuts a stream into lines, long ones at 4096 bytes; `flush` gives the rest. */
export function lineSplitter(onLine: (line: string) => void): { write(chunk: Buffer): void; flush(): void } {
  let pending = '';
  return {
    write(chunk) {
      pending += chunk.toString();
      const lines = pending.split('\n');
      pending = lines.pop() ?? '';
      for (const line of lines) onLine(line);
      while (pending.length >= maxLineBytes) {
        onLine(pending.slice(0, maxLineBytes));
        pending = pending.slice(maxLineBytes);
      }
    },
    flush() {
      if (pending !== '') onLine(pending);
      pending = '';
    },
  };
}

/** As Go words the end of a process. */
export function describeEnd(end: ProcessEnd): string {
  if (end.failure !== null) return end.failure;
  return end.signal === null
    ? `exit status ${end.exitCode ?? 0}`
    : `signal: ${signalWords[end.signal] ?? end.signal}`;
}

const signalWords: Record<string, string> = { SIGKILL: 'killed', SIGTERM: 'terminated', SIGINT: 'interrupt' };
