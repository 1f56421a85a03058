/** Text of a fault that ends the process: Juju writes what a hook prints to its log. */
import { shownText } from '../juju/juju-text.ts';
import { redactionOf } from '../plan/redaction/redaction.ts';

/** The message or, not `brief`, with the places in the program. */
export function faultText(error: unknown, brief: boolean): string {
  const text =
    error instanceof Error ? (brief ? error.message : (error.stack ?? error.message)) : String(error);
  return redactionOf({}).text(shownText(text));
}
