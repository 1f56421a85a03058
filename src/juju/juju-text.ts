/** Texts on their way to Juju's commands, in a form that these take whatever a client has written. */

/**
 * Characters that JSON leaves as they are and a YAML parser refuses (DEL, C1, the byte order mark, noncharacters), or takes for ends of lines
 * (NEL, LS, PS). Beyond the first plane it takes all, and no escapes of surrogates.
 */
const unsafeInYaml = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;

/** Characters that move a cursor, hide what follows or turn it round: all controls but ends of lines, and marks of direction. */
// oxlint-disable-next-line no-control-regex
const unseen = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]/g;

/** Bytes of the longest argument; the kernel takes 128 KiB. */
const longestBytes = 100_000;

/** A map as a file that Juju parses, as YAML: the values arrive letter by letter, but for halves of surrogate pairs. */
export function yamlOf(content: Readonly<Record<string, string>>): string {
  const entries = Object.entries(content).map(([key, text]) => [key.toWellFormed(), text.toWellFormed()]);
  return JSON.stringify(Object.fromEntries(entries)).replaceAll(unsafeInYaml, escaped);
}

let withoutSecrets = (text: string): string => text;

/** From now on every text for people passes `redact` before Juju gets it. The shell sets it: this room does not know what is secret. */
export function redactTexts(redact: (text: string) => string): void {
  withoutSecrets = redact;
}

/** A text for people as an argument: what cannot be seen is spelt out, what is too long for a process is cut. */
export function shownText(text: string): string {
  return cut(
    withoutSecrets(text)
      .toWellFormed()
      .replaceAll(unseen, (character) => (character === '\t' ? ' ' : escaped(character))),
  );
}

/** A name as an argument: no program can be started with a NUL in one. */
export function argumentOf(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\ufffd');
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function cut(text: string): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= longestBytes) return text;
  // A character that the cut has halved is left out.
  return `${bytes
    .subarray(0, longestBytes)
    .toString()
    .replace(/\ufffd$/, '')}…`;
}
