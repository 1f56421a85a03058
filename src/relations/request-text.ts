/** Requests as clients write them. */

/**
 * A request in the client's own words, by key. It is echoed letter by letter, and parsed anew when it is read
 * back from an answer.
 */
export type RequestText = Readonly<Record<string, string>>;

/** A request is noted in answers and by the peers, and Juju keeps no bag of any size. */
const longestBytes = 65_536;

/** The reason when a request is too long to be read at all; null when it is not. */
export function lengthProblem(text: RequestText): string | null {
  const bytes = new TextEncoder().encode(JSON.stringify(text)).length;
  if (bytes <= longestBytes) return null;
  return `a request is ${bytes} bytes long and at most ${longestBytes} are read; ask for less, without blanks around it`;
}
