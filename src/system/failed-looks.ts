/** Looks that may fail one by one, without taking the others with them. */

/** The text of an error, for a status or the log. */
export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export interface FailedLooks<Look extends string> {
  /** Reasons of the looks that failed. */
  readonly reasons: Readonly<Partial<Record<Look, string>>>;
  /** Notes that a look failed. The first reason for a look stays. */
  readonly note: (look: Look, reason: string) => void;
  /** The answer of `ask`; when that fails, `otherwise`, and the reason is noted. */
  readonly attempt: <T>(look: Look, ask: () => Promise<T>, otherwise: T) => Promise<T>;
}

/** Begins a round of looks. */
export function failedLooks<Look extends string>(): FailedLooks<Look> {
  const reasons: Partial<Record<Look, string>> = {};
  const note = (look: Look, reason: string): void => {
    reasons[look] ??= reason;
  };
  return {
    reasons,
    note,
    attempt: async (look, ask, otherwise) => {
      try {
        return await ask();
      } catch (error) {
        note(look, errorText(error));
        return otherwise;
      }
    },
  };
}
