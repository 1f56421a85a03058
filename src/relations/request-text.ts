/** Requests as clients write them. */

/**
 * A request in the client's own words, by key. It is echoed letter by letter, and parsed anew when it is read
 * back from an answer.
 */
export type RequestText = Readonly<Record<string, string>>;
