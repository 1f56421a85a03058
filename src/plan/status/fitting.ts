/** Several messages in the one line that a status is. */

/** A message is cut beyond this. */
const longest = 1000;
/** Others are added to the first one as long as the line is not longer than this. */
const comfortable = 400;

/** Whitespace made plain, and cut. */
export function oneLine(text: string, limit = longest): string {
  const plain = text.replaceAll(/\s+/g, ' ').trim();
  return plain.length > limit ? `${plain.slice(0, limit - 1)}…` : plain;
}

/** `before` and as many of the messages as fit, the first of them always, and how many there are besides. */
export function fitting(before: string, messages: readonly string[]): string {
  const [first = '', ...others] = messages;
  let line = oneLine(`${before}${first}`, longest - more(others.length).length);
  for (const [index, message] of others.entries()) {
    const longer = `${line}; ${oneLine(message)}`;
    const left = others.length - index - 1;
    if (longer.length + more(left).length > comfortable) return `${line}${more(left + 1)}`;
    line = longer;
  }
  return line;
}

function more(count: number): string {
  return count === 0 ? '' : `; and ${count} more: see the log, or charm plan`;
}
