import { basename } from 'node:path';
import type { Command } from 'commander';
import { copyFromMachine, copyIntoMachine, execInteractive } from '../../machines/index.ts';
import { refuse, usageError } from '../refusal.ts';
import { type ModelOptions, withModel } from '../session.ts';
import { machineFor } from '../units.ts';
import { verb } from '../verb.ts';

/** Registers ssh and scp. */
export function registerSsh(program: Command): void {
  verb(
    program,
    'ssh <target> [command...]',
    "Opens a root shell on a unit's machine, or runs a command there.",
  )
    .option('--pty [enable]', 'the terminal is passed through when there is one')
    .option('--no-host-key-checks', 'there are no host keys')
    .option('--proxy [enable]', 'no effect on the testbed')
    .passThroughOptions()
    .action((target: string, command: string[], options: ModelOptions) =>
      withModel(options, async ({ client, model }) => {
        const machine = await machineFor(client, target.replace(/^.*@/, ''));
        const words = command[0] === '--' ? command.slice(1) : command;
        // As ssh does: the words are joined and read by the login shell over there.
        const argv = words.length === 0 ? ['/bin/bash', '-l'] : ['/bin/bash', '-lc', words.join(' ')];
        process.exitCode = await execInteractive(model.name, machine, argv);
      }),
    );
  verb(program, 'scp <paths...>', 'Copies files: from... to, with unit:path for the far side.')
    .option('--proxy [enable]', 'no effect on the testbed')
    .option('-r, --recursive', 'folders are always copied whole')
    .action((paths: string[], options: ModelOptions) =>
      withModel(options, async ({ client, model }) => {
        const target = paths.pop();
        if (target === undefined || paths.length === 0) usageError('at least two arguments required');
        for (const path of paths) await copy(path, target);
        async function copy(from: string, to: string): Promise<void> {
          const [far, near] = [farSide(from), farSide(to)];
          if (far && near)
            refuse('copying from one unit to another is not done here: copy to this computer first');
          if (far) {
            const machine = await machineFor(client, far.unit);
            await copyFromMachine(model.name, machine, far.path, into(to, far.path));
          } else if (near) {
            const machine = await machineFor(client, near.unit);
            await copyIntoMachine(model.name, machine, from, into(near.path || '/root/', from));
          } else usageError(`neither "${from}" nor "${to}" names a unit: unit:path`);
        }
      }),
    );
}

function farSide(text: string): { unit: string; path: string } | null {
  const match = /^(?:[a-z]+@)?([a-z0-9-]+(?:\/(?:\d+|leader))?):(.*)$/.exec(text);
  return match ? { unit: match[1] ?? '', path: match[2] ?? '' } : null;
}

function into(target: string, source: string): string {
  if (target === '.' || target.endsWith('/')) return `${target.replace(/\/?$/, '/')}${basename(source)}`;
  return target;
}
