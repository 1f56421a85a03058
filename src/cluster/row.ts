/** A numbered rule: of all rows the first whose condition holds speaks. */
export interface Row<Case, Verdict> {
  readonly id: number;
  /** The condition in words, for docs/rules.md. */
  readonly says: string;
  readonly when: (c: Case) => boolean;
  readonly gives: (c: Case) => Verdict;
  readonly why: string;
}
