import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import type { JujuMode } from '../protocol/admin.ts';
import { usageError } from './refusal.ts';

const preferencesSchema = z.object({
  model: z.string().optional(),
  juju: z.enum(['2.9', '3.6', '4.0']).optional(),
});
type Preferences = z.infer<typeof preferencesSchema>;

function preferencesPath(): string {
  const folder = process.env['XDG_DATA_HOME'] ?? join(homedir(), '.local/share');
  return join(folder, 'juju-testbed/preferences.json');
}

function readPreferences(): Preferences {
  try {
    return preferencesSchema.parse(JSON.parse(readFileSync(preferencesPath(), 'utf8')));
  } catch {
    // None yet, or written by something else: they only hold conveniences.
    return {};
  }
}

/** Remembers what later commands start from: the current model, the Juju version of new models. */
export function remember(change: Preferences): void {
  const path = preferencesPath();
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify({ ...readPreferences(), ...change }, null, 2)}\n`);
}

/** Lets go of a model that no longer exists, when it was the current one. */
export function forget(model: string): void {
  const { model: current, ...rest } = readPreferences();
  if (current === model) writeFileSync(preferencesPath(), `${JSON.stringify(rest, null, 2)}\n`);
}

/**
 * The model a command is about: its `-m` (also `controller:admin/model`), JUJU_MODEL, the last switch,
 * `testbed`.
 */
export function currentModel(option?: string): string {
  const chosen = option ?? process.env['JUJU_MODEL'] ?? readPreferences().model ?? 'testbed';
  return chosen.replace(/^.*[:/]/, '');
}

/** The Juju version for a new model: the option, JUJU_TESTBED_VERSION, the one given to bootstrap, 3.6. */
export function preferredJuju(option?: string): JujuMode {
  const chosen = option ?? process.env['JUJU_TESTBED_VERSION'] ?? readPreferences().juju ?? '3.6';
  const mode = ['2.9', '3.6', '4.0'].find((known) => chosen === known || chosen.startsWith(`${known}.`));
  if (mode === undefined) return usageError(`Juju version "${chosen}" is not known: use 2.9, 3.6 or 4.0`);
  return mode as JujuMode;
}
