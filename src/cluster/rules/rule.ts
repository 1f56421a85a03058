/** A numbered rule: of all rules the first whose condition holds speaks. */
export interface Rule<Situation, Verdict> {
  readonly id: number;
  /** The condition in words, for docs/rules.md. */
  readonly condition: string;
  readonly when: (s: Situation) => boolean;
  readonly verdict: (s: Situation) => Verdict;
  readonly why: string;
}
