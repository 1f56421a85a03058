import type { Command } from 'commander';
import { listModels } from '../../controller/launch.ts';
import { columns, titles } from '../columns.ts';
import { keyValue } from '../key-values.ts';
import { currentModel, forget, preferredJuju, remember } from '../preferences.ts';
import { printAs } from '../printing.ts';
import { refuse, usageError } from '../refusal.ts';
import { createModel, withClient } from '../session.ts';
import { repeatable, withoutEffect } from '../verb.ts';

/** Registers bootstrap, add-model, switch, models, destroy-model, destroy-controller. */
export function registerModels(program: Command): void {
  registerBootstrap(program);
  const add = program
    .command('add-model <name> [cloud]')
    .description('Makes a model and switches to it.')
    .option('--juju <version>', 'whose behaviour: 2.9, 3.6, 4.0')
    .addOption(repeatable('--config <key=value>', 'an option of the model'))
    .option('--no-switch', 'stays at the current model');
  withoutEffect(add, '-c, --controller <name>', '--credential <name>', '--owner <user>').action(addModel);
  program.command('switch [model]').description('Shows or sets the current model.').action(switchTo);
  program
    .command('models')
    .alias('list-models')
    .description('Lists the models.')
    .option('--format <format>', 'tabular, yaml or json', 'tabular')
    .action((options: { format: string }) => showModels(options.format));
  destroying(program.command('destroy-model [names...]').description('Removes models with all they hold.'))
    .option('-m, --model <model>', 'the model to remove')
    .action((names: string[], options: { model?: string }) => {
      const chosen = names.length > 0 ? names : options.model === undefined ? [] : [options.model];
      if (chosen.length === 0) usageError('no model specified');
      return destroy(chosen.map((name) => currentModel(name)));
    });
  destroying(program.command('destroy-controller [name]').alias('kill-controller'))
    .description('Removes all models.')
    .option('--destroy-all-models', 'they always are')
    .action(() => destroy(listModels()));
}

function registerBootstrap(program: Command): void {
  const command = program
    .command('bootstrap [cloud] [name]')
    .description('Nothing to do: a model starts its own controller.')
    .option('--juju <version>', 'the version of models made later');
  withoutEffect(command, '--config <option>', '--constraints <list>', '--agent-version <version>');
  command.action((_cloud: string | undefined, _name: string | undefined, options: { juju?: string }) => {
    if (options.juju !== undefined) remember({ juju: preferredJuju(options.juju) });
    console.error('Nothing to bootstrap: the testbed starts a controller with each model.');
    console.error(`New models behave as Juju ${preferredJuju(options.juju)}.`);
  });
}

async function addModel(
  name: string,
  _cloud: string | undefined,
  options: { juju?: string; config: string[]; switch: boolean },
): Promise<void> {
  if (!/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/.test(name)) {
    usageError(
      `"${name}" is not a valid name: model names may only contain lowercase letters, digits and hyphens`,
    );
  }
  if (listModels().includes(name))
    refuse(`model "${name}" already exists: 'juju destroy-model ${name}' removes it`);
  const config = options.config.map(
    (word) => keyValue(word) ?? usageError(`--config expects key=value, got "${word}"`),
  );
  const juju = preferredJuju(options.juju);
  await withClient(name, (client) => createModel(client, name, juju, Object.fromEntries(config)));
  if (options.switch) remember({ model: name });
}

function switchTo(model: string | undefined): void {
  const before = currentModel();
  if (model === undefined) {
    console.log(`testbed:admin/${before}`);
    return;
  }
  const name = currentModel(model);
  if (!listModels().includes(name)) refuse(`model "${name}" not found: 'juju add-model ${name}' makes it`);
  remember({ model: name });
  console.error(`testbed:admin/${before} -> testbed:admin/${name}`);
}

async function showModels(format: string): Promise<void> {
  const current = currentModel();
  const models = [];
  for (const name of listModels()) {
    models.push(
      await withClient(name, async (client) => {
        const [info, status] = [await client.call('model.info', {}), await client.call('status', {})];
        const units = Object.values(status.applications).flatMap((app) => Object.keys(app.units ?? {}));
        return { name, info, machines: Object.keys(status.machines).length, units: units.length };
      }),
    );
  }
  if (format !== 'tabular') {
    printAs(format, {
      models: models.map(({ name, info }) => ({
        name,
        'model-uuid': info.uuid,
        'agent-version': info.version,
      })),
      'current-model': current,
    });
    return;
  }
  const rows = models.map(({ name, info, machines, units }) => [
    name === current ? `${name}*` : name,
    'localhost/localhost',
    'testbed',
    'available',
    String(machines),
    String(units),
    info.version,
  ]);
  console.log('Controller: testbed\n');
  process.stdout.write(columns(titles('Model Cloud/Region Type Status >Machines >Units Version'), rows));
}

async function destroy(names: string[]): Promise<void> {
  for (const name of names) {
    if (!listModels().includes(name)) refuse(`model "${name}" not found: see 'juju models'`);
    console.error(`Destroying model "${name}"`);
    await withClient(name, (client) => client.call('model.destroy', {}));
    forget(name);
  }
}

/** Flags people are used to type; nothing asks here, and storage always goes with its model. */
function destroying(command: Command): Command {
  for (const flag of [
    '-y, --yes',
    '--no-prompt',
    '--force',
    '--no-wait',
    '--destroy-storage',
    '--release-storage',
  ]) {
    command.option(flag, 'no effect on the testbed');
  }
  return command;
}
