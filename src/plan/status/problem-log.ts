/** Problems for the log: each once, as long as it lasts. Failed steps are there already. */
import type { Means } from '../means.ts';
import type { Memory } from '../memory.ts';
import type { Situation } from '../situation.ts';
import type { FailedStep } from '../step.ts';
import { type Problem, type Problems, relationProblems } from './problems.ts';

const markDigits = 8;

export interface ProblemNotices {
  /** Lines that the log does not have yet. */
  readonly lines: readonly string[];
  /** Marks of all problems there are, to be remembered. */
  readonly marks: readonly string[];
}

/** The lines for problems that were not there before. `failed` are the steps that `problems` tell of too. */
export function problemNotices(
  situation: Situation,
  { settings, relations }: Problems,
  failed: readonly FailedStep[],
): ProblemNotices {
  const { observation, means } = situation;
  const known = (situation.catalog?.notices ?? []).map((message): Problem => ({ relation: null, message }));
  const now = failed.length === 0 ? relations : relationProblems(situation, []);
  const problems = [...settings, ...now, ...known];
  const marks = problems.map((problem) => markOf(problem, means));
  return {
    lines: problems.flatMap(({ message }, index) =>
      isLogged(observation.memory, marks[index] ?? '') ? [] : [message],
    ),
    marks: [...new Set(marks)].toSorted(),
  };
}

function markOf({ message }: Problem, { md5 }: Means): string {
  return md5(message).slice(0, markDigits);
}

function isLogged({ problems }: Memory, mark: string): boolean {
  return problems.includes(mark);
}
