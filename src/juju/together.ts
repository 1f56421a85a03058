/**
 * Several questions to Juju by one process: each that a hook starts by itself costs it up to 3 ms, and a shell starts the others beside it.
 * Imports nothing but Node: the program asks with this file before it has read the others.
 */
import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';

/** A hook command that only reads, with its arguments. */
export type Question = readonly [tool: string, ...args: string[]];

/** Output of a hook command, or its failure. The exit code is null where no answer came. */
export type Answer =
  | { readonly printed: string }
  | { readonly exitCode: number | null; readonly said: string };

/** Questions at a time. The shell's redirections name the descriptors 3 to 9; each command is a process, and many would need gigabytes. */
export const togetherLimit = 7;

/** Milliseconds that a hook command may take. */
export const toolLimitMs = 120_000;

const firstDescriptor = 3;
const outputLimitCharacters = 32 * 1024 * 1024;
/** Marks in an answer: JSON holds neither. */
const mark = { printed: '\u0001', end: '\u0000' } as const;

/** Asks up to `togetherLimit` questions side by side. Each answer comes as soon as its command has ended. Never throws. */
export function askTogether(questions: readonly Question[], limitMs = toolLimitMs): Promise<Answer>[] {
  const script = `${questions.map(commandLine).join('\n')}\nwait`;
  const pipes = questions.map(() => 'pipe' as const);
  // A group of its own, so that a command that hangs is ended with its shell.
  const shell = spawn('/bin/sh', ['-c', script], {
    stdio: ['ignore', 'ignore', 'ignore', ...pipes],
    detached: true,
  });
  const end = (): void => {
    try {
      if (shell.pid !== undefined) process.kill(-shell.pid, 'SIGKILL');
    } catch {
      // All have ended.
    }
  };
  const failed = new Promise<string>((resolve) => shell.once('error', ({ message }) => resolve(message)));
  const limit = setTimeout(end, limitMs);
  // Without a descriptor left there are no pipes either.
  const given: readonly unknown[] | undefined = shell.stdio;
  const answers = questions.map((_, index) =>
    answerFrom((given?.[firstDescriptor + index] ?? null) as Readable | null, failed, end),
  );
  void Promise.all(answers).then(() => clearTimeout(limit));
  return answers;
}

/** A command in the background: what it prints goes to its own descriptor, then its exit code and errors if it failed. */
function commandLine(question: Question, index: number): string {
  const to = `>&${firstDescriptor + index}`;
  const command = question.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
  return `{ e=$(${command} 2>&1 ${to}); printf '\\001%s %s\\000' "$?" "$e" ${to}; } &`;
}

function answerFrom(pipe: Readable | null, failed: Promise<string>, end: () => void): Promise<Answer> {
  const { promise, resolve } = Promise.withResolvers<Answer>();
  void failed.then((said) => resolve({ exitCode: null, said }));
  if (pipe === null) return promise;
  let text = '';
  pipe.setEncoding('utf8');
  pipe.on('data', (part: string) => {
    text += part;
    if (text.endsWith(mark.end)) resolve(parsed(text.slice(0, -1)));
    else if (text.length > outputLimitCharacters) end();
  });
  pipe.on('error', () => {});
  pipe.on('close', () => resolve({ exitCode: null, said: '' }));
  return promise;
}

function parsed(text: string): Answer {
  const at = text.indexOf(mark.printed);
  const [, code = '', said = ''] = /^(\d+) (.*)$/s.exec(text.slice(at + 1)) ?? [];
  if (at < 0 || code === '') return { exitCode: null, said: '' };
  return code === '0' ? { printed: text.slice(0, at) } : { exitCode: Number(code), said };
}
