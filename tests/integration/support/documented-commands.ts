/** Commands of how-to pages, run as they are written there. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Model } from '../../../testbed/api/index.ts';

const root = join(import.meta.dirname, '../../..');

/** The only `juju` command of the page docs/how-to/PAGE.md that holds `words`. */
export function documentedCommand(page: string, words: string): string {
  const text = readFileSync(join(root, `docs/how-to/${page}.md`), 'utf8');
  const commands = [...text.matchAll(/^ {4}(juju .*)$/gm)].map(([, command = '']) => command);
  const [found, ...others] = commands.filter((command) => command.includes(words));
  if (found === undefined || others.length > 0) {
    throw new Error(
      `${others.length + (found === undefined ? 0 : 1)} commands on page ${page} hold "${words}"`,
    );
  }
  return found;
}

/** Runs a command line of Juju's client on the model, in a shell. Returns what it printed; rejects when it fails. */
export async function runJuju(model: Model, command: string): Promise<string> {
  const env = {
    ...process.env,
    JUJU_MODEL: model.name,
    PATH: `${join(root, 'testbed/bin')}:${process.env['PATH'] ?? ''}`,
  };
  const { stdout } = await promisify(execFile)('/bin/sh', ['-c', command], { env });
  return stdout;
}
