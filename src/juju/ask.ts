/** Questions to Juju: hook commands that only read, asked together by one process, some before this program has been read. */
import * as z from 'zod';
import { argumentOf } from './juju-text.ts';
import { type Answer, askTogether, type Question, togetherLimit } from './together.ts';
import { HookCommandError, reason, runCount, spoken } from './tool.ts';

// Compiling a schema's check costs more than checking: a hook uses each once or twice.
z.config({ jitless: true });

interface Asking {
  readonly question: Question;
  readonly resolve: (answer: Answer) => void;
}

const asking: Asking[] = [];
let isAsking = false;
const asked: Question[] = [];
const ahead = new Map<string, Promise<Answer>>();

/** Takes answers to questions that were asked before this file was read. They hold until this hook runs a command that may write. */
export function takeAhead(questions: readonly Question[], answers: readonly Promise<Answer>[]): void {
  questions.forEach((question, index) => {
    const answer = answers[index];
    if (answer !== undefined) ahead.set(keyOf(question), answer);
  });
}

/** Questions that this process has asked Juju, in order. */
export function questionsAsked(): readonly Question[] {
  return asked;
}

/** Number of hook commands that this process has run. */
export function toolCount(): number {
  return runCount() + asked.length;
}

/** Runs a hook command that only reads, with JSON output, and parses it. Nothing printed counts as null. */
export async function askTool<T extends z.ZodType>(
  schema: T,
  tool: string,
  args: readonly string[],
): Promise<z.output<T>> {
  const output = outputOf(tool, await answerTo([tool, ...args.map(argumentOf), '--format', 'json']));
  let value: unknown;
  try {
    value = output.trim() === '' ? null : JSON.parse(output);
  } catch {
    throw new HookCommandError(tool, 0, 'it did not answer in JSON');
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success)
    throw new HookCommandError(tool, 0, `unexpected answer: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

function answerTo(question: Question): Promise<Answer> {
  asked.push(question);
  const answered = runCount() === 0 ? ahead.get(keyOf(question)) : undefined;
  if (answered !== undefined) return answered;
  const { promise, resolve } = Promise.withResolvers<Answer>();
  asking.push({ question, resolve });
  // After all that this turn asks: it goes to one process.
  if (!isAsking) {
    isAsking = true;
    setImmediate(() => void askAll());
  }
  return promise;
}

async function askAll(): Promise<void> {
  for (let next = asking.splice(0, togetherLimit); next.length > 0; next = asking.splice(0, togetherLimit)) {
    const questions = next.map(({ question }) => question);
    const answers = askTogether(questions);
    next.forEach(({ resolve }, index) => void answers[index]?.then(resolve));
    await Promise.all(answers);
  }
  isAsking = false;
}

function keyOf(question: Question): string {
  return question.join('\0');
}

/** Exit code of a shell that finds no such program. */
const noSuchProgram = 127;

function outputOf(tool: string, answer: Answer): string {
  if ('printed' in answer) return answer.printed;
  if (answer.exitCode === noSuchProgram) throw new HookCommandError(tool, null, reason({ code: 'ENOENT' }));
  const said = answer.said.trim() === '' ? reason({ killed: answer.exitCode === null }) : spoken(answer.said);
  throw new HookCommandError(tool, answer.exitCode, said);
}
