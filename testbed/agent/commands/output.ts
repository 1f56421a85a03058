import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { stringify } from 'yaml';
import { type Call, usage } from './command.ts';
import { type FlagSpec, type Parsed, parseFlags } from './flags.ts';

export type Format = 'smart' | 'yaml' | 'json';

const outputFlags: FlagSpec = { format: 'value', output: 'value', o: { same: 'output' } };

/** Flags of a command that prints a value, with those all such commands have. */
export function parseFormatted(
  args: string[],
  spec: FlagSpec,
  formats: Format[] = ['smart', 'yaml', 'json'],
): Parsed {
  const parsed = parseFlags(args, { ...spec, ...outputFlags });
  const format = parsed.values['format'];
  if (format !== undefined && !formats.some((each) => each === format)) {
    throw usage(`invalid value "${format}" for option --format: unknown format "${format}"`);
  }
  return parsed;
}

/** The value in the format asked for; written to the file of `--output` instead when there is one. */
export function print(call: Call, parsed: Parsed, value: unknown, preset: Format = 'smart'): string {
  const text = formatValue(value, (parsed.values['format'] as Format | undefined) ?? preset);
  const file = parsed.values['output'];
  if (file === undefined || file === '') return text;
  writeFileSync(resolve(call.cwd, file), text);
  return '';
}

/** `null` is a missing value: nothing in smart and yaml, `null` in json. */
export function formatValue(value: unknown, format: Format): string {
  if (format === 'json') return `${toJson(value)}\n`;
  if (value === null || value === undefined) return '';
  if (format === 'yaml') return toYaml(value);
  if (typeof value === 'string') return value === '' ? '' : `${value}\n`;
  if (typeof value === 'boolean') return value ? 'True\n' : 'False\n';
  if (Array.isArray(value) && value.every((each) => typeof each === 'string')) {
    return value.length === 0 ? '' : `${value.join('\n')}\n`;
  }
  return toYaml(value);
}

function toYaml(value: unknown): string {
  const text = stringify(value, { sortMapEntries: true, indentSeq: false, lineWidth: 0 });
  // Go indents the lines of a text that is all there is, and Python reads it only so.
  return typeof value === 'string' && text.startsWith('|') ? text.replaceAll(/\n(?=.)/g, '\n  ') : text;
}

/** One line with sorted keys; `<`, `>` and `&` are escaped as Go does. */
function toJson(value: unknown): string {
  const sorted = JSON.stringify(sortKeys(value ?? null));
  return sorted.replace(
    /[<>&\u2028\u2029]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sortKeys(inner)]));
}
