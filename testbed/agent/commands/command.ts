import type { HookContext } from '../hook-context.ts';

/** One call of a hook command. */
export interface Call {
  context: HookContext;
  tool: string;
  args: string[];
  /** Working directory of the caller; relative file names start there. */
  cwd: string;
  /** Standard input of the caller; asked for only when needed. */
  stdin(): Promise<Buffer>;
}

export interface Answer {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/**
 * Answers what goes to stdout, or throws a {@link Refusal} (any other Error counts as one with exit code 1).
 */
export type Command = (call: Call) => Promise<string>;

/**
 * Ends a hook command with `ERROR <text>`: code 1 when it was tried and failed, 2 for wrong flags or
 * arguments.
 */
export class Refusal extends Error {
  readonly exitCode: 1 | 2;

  constructor(exitCode: 1 | 2, text: string) {
    super(text);
    this.exitCode = exitCode;
  }
}

export function usage(text: string): Refusal {
  return new Refusal(2, text);
}
