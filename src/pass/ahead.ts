/**
 * Questions that the last hook asked Juju, asked again before the rest of the program has been read: that takes as long as Juju's answers do.
 * Imports nothing but Node and what asks.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Answer, askTogether, type Question, togetherLimit } from '../juju/together.ts';
import type { Moment } from '../server/moment.ts';
import { bootMoment } from '../system/clock.ts';
import { noteFile } from '../system/volatile-note.ts';

/** Questions under way. */
export interface Ahead {
  readonly questions: readonly Question[];
  readonly answers: readonly Promise<Answer>[];
  readonly askedAt: Moment;
}

/** Events that bring a whole pass. Those of one client may end without, and its relation may be half gone. */
const whole =
  /^(update-status|config-changed|leader-elected|replication-relation-(joined|changed|departed))$/;
/** Commands that change nothing, not even what Juju thinks this unit has seen. */
const mayAsk = new Set([
  'config-get',
  'is-leader',
  'goal-state',
  'relation-ids',
  'relation-list',
  'relation-get',
]);

/** Asks what the last hook of `unit` asked; null when it left no note, or `hook` may end without a pass. */
export function askAhead({ hook, unit }: { readonly hook: string; readonly unit: string }): Ahead | null {
  const questions = whole.test(hook) ? parsed(textOf(unit)) : [];
  if (questions.length === 0) return null;
  return { askedAt: bootMoment(), questions, answers: askTogether(questions) };
}

/** Notes what this hook has asked, for the next one. A note that cannot be written is none. */
export function noteAsked(
  { hook, unit }: { readonly hook: string; readonly unit: string },
  asked: readonly Question[],
): void {
  if (!whole.test(hook)) return;
  const text = JSON.stringify(asked.filter(([tool]) => mayAsk.has(tool)).slice(0, togetherLimit));
  if (text === textOf(unit)) return;
  try {
    mkdirSync(dirname(fileOf(unit)), { recursive: true, mode: 0o700 });
    writeFileSync(fileOf(unit), text, { mode: 0o600 });
  } catch {
    // Nothing is asked ahead.
  }
}

function parsed(text: string): Question[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.every(isQuestion) ? value.slice(0, togetherLimit) : [];
  } catch {
    return [];
  }
}

function isQuestion(value: unknown): value is Question {
  return (
    Array.isArray(value) && value.every((word) => typeof word === 'string') && mayAsk.has(String(value[0]))
  );
}

function textOf(unit: string): string {
  try {
    return readFileSync(fileOf(unit), 'utf8');
  } catch {
    return '';
  }
}

function fileOf(unit: string): string {
  return noteFile(unit, 'asked');
}
