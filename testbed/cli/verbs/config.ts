import type { Command } from 'commander';
import type { AdminClient, AdminResult } from '../../protocol/admin.ts';
import { configFile, keyValue } from '../key-values.ts';
import { printAs } from '../printing.ts';
import { refuse } from '../refusal.ts';
import { type ModelOptions, type Session, withModel } from '../session.ts';
import { repeatable, verb } from '../verb.ts';

interface ConfigOptions extends ModelOptions {
  reset: string[];
  file?: string;
  format: string;
}

/** Registers config and model-config. */
export function registerConfig(program: Command): void {
  verb(program, 'config <application> [words...]', 'Shows or changes options of an application.')
    .addOption(repeatable('--reset <keys>', 'back to the default: keys separated by commas'))
    .option('--file <path>', 'YAML with options to set')
    .option('--format <format>', 'yaml or json', 'yaml')
    .option('--no-color', 'there are no colours')
    .action((application: string, words: string[], options: ConfigOptions) =>
      withModel(options, ({ client }) => config(client, application, words, options)),
    );
  verb(program, 'model-config [words...]', 'Shows or changes options of the model.')
    .addOption(repeatable('--reset <keys>', 'back to the default: keys separated by commas'))
    .option('--format <format>', 'yaml or json', 'yaml')
    .action((words: string[], options: ConfigOptions) =>
      withModel(options, (session) => modelConfig(session, words, options)),
    );
}

async function config(
  client: AdminClient,
  application: string,
  words: string[],
  options: ConfigOptions,
): Promise<void> {
  const { set, asked } = sorted(words);
  if (options.file !== undefined) Object.assign(set, configFile(options.file, application));
  const reset = options.reset.flatMap((keys) => keys.split(','));
  if (Object.keys(set).length > 0 || reset.length > 0) {
    await client.call('config.set', { application, set, reset });
    return;
  }
  const all = await client.call('config.get', { application });
  const key = asked[0];
  if (key === undefined) printAs(options.format, wholeConfig(all));
  else console.log(String(one(all, key) ?? ''));
}

function one(all: AdminResult<'config.get'>, key: string): unknown {
  const option = all.options[key];
  if (!option)
    return refuse(`key "${key}" not found in "${all.application}" application config or charm settings.`);
  return option.value;
}

/** The shape `juju config app` prints: unset options have no value. */
function wholeConfig(all: AdminResult<'config.get'>): unknown {
  const settings = Object.entries(all.options).map(([name, option]) => [
    name,
    {
      ...(option.default === null ? {} : { default: option.default }),
      description: option.description,
      source: option.source,
      type: option.type,
      ...(option.value === null ? {} : { value: option.value }),
    },
  ]);
  return { application: all.application, charm: all.charm, settings: Object.fromEntries(settings) };
}

async function modelConfig({ client }: Session, words: string[], options: ConfigOptions): Promise<void> {
  const { set, asked } = sorted(words);
  const reset = options.reset.flatMap((keys) => keys.split(','));
  if (Object.keys(set).length > 0 || reset.length > 0) {
    await client.call('model.setConfig', { set, reset });
    return;
  }
  const all = await client.call('model.config', {});
  const key = asked[0];
  if (key === undefined) printAs(options.format, all);
  else if (key in all) console.log(String(all[key]));
  else refuse(`key "${key}" not found in "model" config`);
}

/** Words with `=` are values to set, others keys to show. */
function sorted(words: string[]): { set: Record<string, string>; asked: string[] } {
  const set: Record<string, string> = {};
  const asked: string[] = [];
  for (const word of words) {
    const pair = keyValue(word);
    if (pair) set[pair[0]] = pair[1];
    else asked.push(word);
  }
  return { set, asked };
}
