/** Reading of raw postgresql.conf lines as an operator writes them in extra_pg_conf. */

export interface ConfSetting {
  /** Lower case. */
  readonly name: string;
  /** Without quotes. */
  readonly value: string;
  /** Counted from 1 within the option's text. */
  readonly line: number;
}

export interface ConfText {
  readonly settings: readonly ConfSetting[];
  /** `line 3: …` */
  readonly problems: readonly string[];
}

const LINE = /^\s*([A-Za-z_][A-Za-z0-9_.]*)\s*(?:=\s*|\s+)('(?:[^'\\]|''|\\.)*'|[^\s#']+)\s*(?:#.*)?$/;
const BLANK = /^\s*(#.*)?$/;

/** The settings in `text`; lines that postgresql.conf would not understand are problems with their number. */
export function parseConf(text: string): ConfText {
  const settings: ConfSetting[] = [];
  const problems: string[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (BLANK.test(line)) continue;
    const [, name, value] = LINE.exec(line) ?? [];
    if (name === undefined || value === undefined) {
      problems.push(`line ${index + 1}: not of the form "name = value": ${line.trim().slice(0, 60)}`);
    } else {
      settings.push({ name: name.toLowerCase(), value: unquoted(value), line: index + 1 });
    }
  }
  return { settings, problems };
}

/** `value` as a quoted literal of postgresql.conf. */
export function quoteConf(value: string): string {
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}

function unquoted(value: string): string {
  if (!value.startsWith("'")) return value;
  return value.slice(1, -1).replaceAll("''", "'").replaceAll(/\\(.)/g, '$1');
}
