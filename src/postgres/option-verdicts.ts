/** PostgreSQL's verdicts on the options with raw lines, kept on disk with the lines it took last. */
import { join } from 'node:path';
import * as z from 'zod';
import type { RawOption, Verdict, Verdicts } from '../server/raw-options.ts';
import { bootMoment } from '../system/clock.ts';
import { ruleProblems } from './check-rules.ts';
import { settingProblems } from './check-settings.ts';
import { readReplaceable, writeNote } from './state-note.ts';

const verdictShape = z.nullable(
  z.object({
    text: z.string(),
    major: z.int(),
    outcome: z.enum(['taken', 'refused', 'unknown']),
    problems: z.array(z.string()),
    at: z.nullable(z.object({ boot: z.string(), seconds: z.number() })),
    good: z.nullable(z.string()),
  }),
);
const verdictsShape = z.object({ extra_pg_conf: verdictShape, extra_pg_auth: verdictShape });

const problemsOf: Readonly<
  Record<RawOption, (binDirectory: string, scratch: string, text: string) => Promise<string[]>>
> = {
  extra_pg_conf: settingProblems,
  extra_pg_auth: ruleProblems,
};

/** The verdicts in state folder `state`; those of a file that is damaged or cannot be read are null. */
export async function readVerdicts(state: string): Promise<Verdicts> {
  const verdicts = await readReplaceable(verdictsPath(state), verdictsShape);
  return verdicts ?? { extra_pg_conf: null, extra_pg_auth: null };
}

export interface OptionCheck {
  readonly option: RawOption;
  readonly text: string;
  readonly major: number;
  readonly binDirectory: string;
}

/** Has PostgreSQL judge an option's text, and keeps the verdict. Throws for a defect only: an unknown outcome is a verdict too. */
export async function judgeOption(
  state: string,
  { option, text, major, binDirectory }: OptionCheck,
): Promise<void> {
  const before = await readVerdicts(state);
  const last = before[option];
  const good = last?.major === major ? last.good : null;
  const found =
    text === good ? taken : await ask(() => problemsOf[option](binDirectory, join(state, 'check'), text));
  const at = found.outcome === 'unknown' ? bootMoment() : null;
  const verdict: Verdict = { ...found, text, major, at, good: found.outcome === 'taken' ? text : good };
  await writeNote(verdictsPath(state), { ...before, [option]: verdict });
}

const taken: Pick<Verdict, 'outcome' | 'problems'> = { outcome: 'taken', problems: [] };

async function ask(check: () => Promise<string[]>): Promise<Pick<Verdict, 'outcome' | 'problems'>> {
  try {
    const problems = await check();
    return problems.length === 0 ? taken : { outcome: 'refused', problems };
  } catch (error) {
    const isDefect = [TypeError, RangeError, ReferenceError].some((kind) => error instanceof kind);
    if (!(error instanceof Error) || isDefect) throw error;
    return { outcome: 'unknown', problems: [error.message] };
  }
}

function verdictsPath(state: string): string {
  return join(state, 'options.json');
}
