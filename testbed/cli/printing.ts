import { stringify } from 'yaml';
import { usageError } from './refusal.ts';

/** Prints a value as `yaml` or one-line `json`. Throws a usage error for another format. */
export function printAs(format: string, value: unknown): void {
  process.stdout.write(formatted(format, value));
}

/** A value as `yaml` or one-line `json`, with a newline at the end. */
export function formatted(format: string, value: unknown): string {
  if (format === 'json') return `${JSON.stringify(value)}\n`;
  if (format === 'yaml') return asYaml(value);
  return usageError(`invalid value "${format}" for option --format: unknown format "${format}"`);
}

/** YAML as Juju writes it: two blanks, list items not indented, long lines left whole. */
export function asYaml(value: unknown): string {
  return stringify(value, { lineWidth: 0, indentSeq: false, aliasDuplicateObjects: false });
}
