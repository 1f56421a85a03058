/** The part of Juju's YAML parser (go-yaml) that refuses texts which the parser used here takes. */

/** Code points that go-yaml's reader lets pass. */
const readable: readonly (readonly [number, number])[] = [
  [0x09, 0x0a],
  [0x0d, 0x0d],
  [0x20, 0x7e],
  [0x85, 0x85],
  [0xa0, 0xd7ff],
  [0xe000, 0xfefe],
  [0xff00, 0xfffd],
  [0x10000, 0x10ffff],
];

const quotedTexts = /'[^']*'|"[^"\\]*(?:\\[\s\S][^"\\]*)*"/g;
const escapes = /\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|[\s\S])/g;

/** The reason why go-yaml refuses `content`; null when it does not for one of these. A byte order mark may stand at the beginning. */
export function yamlProblem(content: Buffer): string | null {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch {
    return 'invalid UTF-8';
  }
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    if (!readable.some(([from, to]) => point >= from && point <= to))
      return 'control characters are not allowed';
  }
  for (const [quoted] of text.matchAll(quotedTexts)) {
    if (!quoted.startsWith('"')) continue;
    for (const [, short, long] of quoted.matchAll(escapes)) {
      const point = Number.parseInt(short ?? long ?? '0', 16);
      if ((point >= 0xd800 && point <= 0xdfff) || point > 0x10ffff)
        return 'found invalid Unicode character escape code';
    }
  }
  return null;
}
