/** What an action is to the pass. */
import type { PassContext } from '../pass/context.ts';

/** The end of an action: results, or the reason why it was refused. `pass`: a pass follows in the same process. */
export type ActionOutcome =
  | { readonly results: Readonly<Record<string, string>>; readonly pass: boolean }
  | { readonly refusal: string };

export type Action = (
  parameters: Readonly<Record<string, unknown>>,
  context: PassContext,
) => Promise<ActionOutcome>;

/** A refusal. */
export function refuse(refusal: string): ActionOutcome {
  return { refusal };
}
