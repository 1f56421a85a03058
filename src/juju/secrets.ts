/** Secret commands (Juju 3 and later). Contents travel by a private file: an argument could be read in a process list. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { askTool } from './ask.ts';
import { yamlOf } from './juju-text.ts';
import { HookCommandError, isGone, runTool } from './tool.ts';

export type SecretContent = Readonly<Record<string, string>>;

async function withContent<T>(content: SecretContent, use: (file: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp('/run/postgresql-charm-');
  try {
    const file = join(folder, 'content.yaml');
    await writeFile(file, yamlOf(content), { mode: 0o600 });
    return await use(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Makes a secret of the application (leader only) and returns its URI. */
export async function secretAdd(label: string, content: SecretContent): Promise<string> {
  const uri = await withContent(content, (file) => runTool('secret-add', ['--label', label, '--file', file]));
  return uri.trim();
}

/** Makes a new revision of a secret. */
export async function secretSet(uri: string, content: SecretContent): Promise<void> {
  await withContent(content, (file) => runTool('secret-set', [uri, '--file', file]));
}

/** The newest content of a secret; null when it is not there or not for this unit (yet). */
export async function secretGet(uri: string): Promise<SecretContent | null> {
  try {
    return await askTool(z.nullable(z.record(z.string(), z.string())), 'secret-get', [uri, '--refresh']);
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
}

const Information = z.nullable(z.record(z.string(), z.looseObject({ label: z.string().optional() })));

/** The URI of this application's secret with `label`; null when there is none. Leader only. */
export async function secretByLabel(label: string): Promise<string | null> {
  try {
    const found = await askTool(Information, 'secret-info-get', ['--label', label]);
    const id = Object.keys(found ?? {})[0];
    return id === undefined ? null : `secret:${id}`;
  } catch (error) {
    if (error instanceof HookCommandError && error.exitCode === 1) return null;
    throw error;
  }
}

/** Removes a secret of the application with all its revisions; one that is gone already is no error. Leader only. */
export async function secretRemove(uri: string): Promise<void> {
  try {
    await runTool('secret-remove', [uri]);
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

/** Lets the other end of a relation read a secret. */
export async function secretGrant(uri: string, relation: string): Promise<void> {
  await runTool('secret-grant', [uri, '-r', relation]);
}
