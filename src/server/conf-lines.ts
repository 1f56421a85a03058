/** Reading of raw postgresql.conf lines as an operator writes them in extra_pg_conf. */

export interface ConfSetting {
  /** Lower case. */
  readonly name: string;
  /** Without quotes. */
  readonly value: string;
  /** Counted from 1 within the option's text. */
  readonly line: number;
}

/** A line, counted from 1, and what is wrong with it. */
export interface LineProblem {
  readonly line: number;
  readonly reason: string;
}

export interface ConfText {
  readonly settings: readonly ConfSetting[];
  readonly problems: readonly LineProblem[];
}

/** None of these patterns can be matched in two ways, so that a text of any size is read in one go. */
const NAME = /^[A-Za-z_][A-Za-z0-9_.]*/;
const VALUE = /^('(?:[^'\\]|''|\\.)*'|[^\s#']+)\s*(?:#.*)?$/;
// oxlint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0008\u000a-\u001f\u007f]/;

/** The settings in `text`; lines that postgresql.conf would not understand are problems with their number. */
export function parseConf(text: string): ConfText {
  const settings: ConfSetting[] = [];
  const problems: LineProblem[] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    const content = raw.trim();
    if (content === '' || content.startsWith('#')) continue;
    const line = index + 1;
    const setting = hasControl(content) ? null : readSetting(content);
    if (setting !== null) settings.push({ ...setting, line });
    else problems.push({ line, reason: lineReason(content) });
  }
  return { settings, problems };
}

/** True when a line without its end holds a character that no file of PostgreSQL's may hold. */
export function hasControl(line: string): boolean {
  return CONTROL.test(line);
}

/** `value` as a quoted literal of postgresql.conf. */
export function quoteConf(value: string): string {
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}

function readSetting(content: string): { name: string; value: string } | null {
  const name = NAME.exec(content)?.[0] ?? '';
  const rest = content.slice(name.length);
  const value = VALUE.exec(rest.trimStart().replace(/^=/, '').trimStart())?.[1];
  if (name === '' || value === undefined || !/^[\s=]/.test(rest)) return null;
  return { name: name.toLowerCase(), value: unquoted(value) };
}

function lineReason(content: string): string {
  return hasControl(content)
    ? 'it holds a control character'
    : `not of the form "name = value": ${content.slice(0, 60)}`;
}

function unquoted(value: string): string {
  if (!value.startsWith("'")) return value;
  return value.slice(1, -1).replaceAll("''", "'").replaceAll(/\\(.)/g, '$1');
}
