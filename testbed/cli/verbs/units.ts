import type { Command } from 'commander';
import { refuse } from '../refusal.ts';
import { type ModelOptions, withModel } from '../session.ts';
import { count, repeatable, verb, withoutEffect } from '../verb.ts';

interface RemoveOptions extends ModelOptions {
  force?: boolean;
  destroyStorage?: boolean;
  numUnits?: number;
}

/** Registers add-unit, remove-unit, remove-application, remove-machine, expose, unexpose, trust. */
export function registerUnits(program: Command): void {
  registerAdding(program);
  registerRemoval(program);
  verb(
    program,
    'expose <application>',
    'Marks an application as exposed; there is no firewall to open.',
  ).action((application: string, options: ModelOptions) =>
    withModel(options, ({ client }) => client.call('expose', { application, exposed: true })),
  );
  verb(program, 'unexpose <application>', 'Takes back expose.').action(
    (application: string, options: ModelOptions) =>
      withModel(options, ({ client }) => client.call('expose', { application, exposed: false })),
  );
  verb(program, 'trust <application>', 'Lets a charm see the cloud credential.')
    .option('--remove', 'takes the trust away')
    .option('--scope <scope>', 'no effect on machines')
    .action((application: string, options: ModelOptions & { remove?: boolean }) =>
      withModel(options, ({ client }) => client.call('trust', { application, trust: !options.remove })),
    );
}

function registerAdding(program: Command): void {
  const command = verb(program, 'add-unit <application>', 'Adds units to an application.')
    .option('-n, --num-units <count>', 'how many', count, 1)
    .option('--to <machines>', 'machines for the units, separated by commas')
    .addOption(repeatable('--attach-storage <id>', 'existing storage to use'));
  command.action(
    (
      application: string,
      options: ModelOptions & { numUnits: number; to?: string; attachStorage: string[] },
    ) =>
      withModel(options, ({ client }) =>
        client.call('addUnit', {
          application,
          count: options.numUnits,
          attachStorage: options.attachStorage,
          ...(options.to === undefined ? {} : { to: options.to.split(',') }),
        }),
      ),
  );
}

function registerRemoval(program: Command): void {
  const unit = verb(program, 'remove-unit <units...>', 'Removes units.')
    .option('--force', 'without waiting for hooks on the unit')
    .option('--destroy-storage', 'with their storage')
    .option('--num-units <count>', 'Kubernetes only', count);
  quietly(unit).action(async (units: string[], options: RemoveOptions) => {
    if (options.numUnits !== undefined) {
      refuse(
        'application units on machines are removed by name, not with --num-units: juju remove-unit app/0',
      );
    }
    await withModel(options, async ({ client }) => {
      for (const name of units) {
        await client.call('removeUnit', { unit: name, ...removalFlags(options) });
        console.error(`will remove unit ${name}`);
      }
    });
  });
  const application = verb(
    program,
    'remove-application <applications...>',
    'Removes applications and their units.',
  )
    .option('--force', 'without waiting for hooks on the units')
    .option('--destroy-storage', 'with their storage');
  quietly(application).action((names: string[], options: RemoveOptions) =>
    withModel(options, async ({ client }) => {
      for (const name of names) {
        await client.call('removeApplication', { application: name, ...removalFlags(options) });
        console.error(`will remove application ${name}`);
      }
    }),
  );
  const machine = verb(program, 'remove-machine <machines...>', 'Removes machines.').option(
    '--force',
    'with the units on it',
  );
  quietly(machine).action((machines: string[], options: RemoveOptions) =>
    withModel(options, async ({ client }) => {
      for (const id of machines) {
        await client.call('removeMachine', { machine: id, force: options.force ?? false });
        console.error(`will remove machine ${id}`);
      }
    }),
  );
}

function removalFlags(options: RemoveOptions): { force: boolean; destroyStorage: boolean } {
  return { force: options.force ?? false, destroyStorage: options.destroyStorage ?? false };
}

/**
 * Nothing here asks for confirmation or waits, so these flags of the real commands have nothing to switch
 * off.
 */
function quietly(command: Command): Command {
  command.option('--no-prompt', 'the testbed never asks').option('-y, --yes', 'the testbed never asks');
  return withoutEffect(command.option('--no-wait', 'the testbed never waits'), '--timeout <duration>');
}
