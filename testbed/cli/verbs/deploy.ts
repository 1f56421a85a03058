import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { configArguments, keyValue } from '../key-values.ts';
import { refuse, usageError } from '../refusal.ts';
import { type ModelOptions, withNewModel } from '../session.ts';
import { count, repeatable, verb, withoutEffect } from '../verb.ts';

interface DeployOptions extends ModelOptions {
  numUnits: number;
  config: string[];
  base?: string;
  to?: string;
  storage: string[];
  attachStorage: string[];
  trust?: boolean;
  resource: string[];
}

/** Debian's images stand in for Ubuntu's, by the versions of what they carry. */
const images: Record<string, string> = {
  bookworm: 'bookworm',
  trixie: 'trixie',
  'debian@12': 'bookworm',
  'debian@13': 'trixie',
  'ubuntu@20.04': 'bookworm',
  'ubuntu@22.04': 'bookworm',
  'ubuntu@24.04': 'trixie',
  'ubuntu@26.04': 'trixie',
};

const repository = fileURLToPath(new URL('../../..', import.meta.url));

/** Registers `deploy`. */
export function registerDeploy(program: Command): void {
  const command = verb(
    program,
    'deploy <charm> [application]',
    'Deploys a charm: a folder, a .charm, or a name.',
  )
    .option('-n, --num-units <count>', 'how many units', count, 1)
    .addOption(repeatable('--config <key=value|file>', 'an option, or a YAML file of options'))
    .option('--base <base>', 'debian@12, debian@13; ubuntu@22.04 and so on are mapped to one of these')
    .option('--to <machines>', 'machines for the units, separated by commas')
    .addOption(repeatable('--storage <name=size>', 'storage for each unit, such as pgdata=1G'))
    .addOption(repeatable('--attach-storage <id>', 'existing storage to use'))
    .addOption(repeatable('--resource <name=file>', 'a file for a resource of the charm'))
    .option('--trust', 'lets the charm see the cloud credential')
    .option('--juju <version>', 'the Juju version of a model made by this command: 2.9, 3.6, 4.0');
  withoutEffect(
    command,
    '--constraints <list>',
    '--channel <channel>',
    '--revision <number>',
    '--series <series>',
  );
  withoutEffect(command, '--force', '--bind <bindings>', '--device <device>', '--overlay <file>');
  command.action(async (charm: string, application: string | undefined, options: DeployOptions) => {
    const charmPath = findCharm(charm);
    // Only picks the section of a YAML file of options: without a name the charm's own is taken.
    const name = application ?? basename(charmPath).replace(/(_[a-z0-9]+)?\.charm$/, '');
    await withNewModel(options, async ({ client, model }) => {
      const result = await client.call('deploy', {
        charmPath,
        ...(application === undefined ? {} : { application }),
        units: options.numUnits,
        config: configArguments(options.config, name),
        storage: pairs(options.storage, '--storage'),
        resources: resourcePaths(options.resource),
        attachStorage: options.attachStorage,
        trust: options.trust ?? false,
        ...(options.to === undefined ? {} : { to: options.to.split(',') }),
        ...(options.base === undefined ? {} : { base: imageFor(options.base) }),
      });
      console.error(`Deploying "${result.application}" from local charm "${charmPath}" on ${model.name}`);
    });
  });
}

/** The charm's path for what was typed. Throws a Refusal that lists where a name was looked for. */
export function findCharm(typed: string): string {
  const text = typed.replace(/^(ch|cs|local):/, '').replace(/^~?[^./]+\/(?=[^/]+$)/, '');
  if (/^[./]/.test(typed) || typed.endsWith('.charm')) {
    if (!existsSync(typed)) refuse(`cannot deploy "${typed}": no such file or folder`);
    return resolve(typed);
  }
  const arch = process.arch === 'x64' ? 'amd64' : process.arch;
  const folders = [process.cwd(), ...(process.env['JUJU_TESTBED_CHARMS'] ?? '').split(':'), repository];
  const candidates = folders
    .filter((folder) => folder !== '')
    .flatMap((folder) => [`${text}_${arch}.charm`, `${text}.charm`].map((file) => join(folder, file)));
  const found = candidates.find((path) => existsSync(path));
  if (found !== undefined) return found;
  const places = [...new Set(candidates.map(dirname))].join(', ');
  return refuse(
    `charm "${text}" not found: no ${text}_${arch}.charm in ${places}. ` +
      `Pack it first, name a path (./${text}), or add a folder to JUJU_TESTBED_CHARMS`,
  );
}

/** The image for a base as operators write it, with a printed note when it is a stand-in. */
export function imageFor(base: string): string {
  const image = images[base.replace(/\/.*$/, '')];
  if (image === undefined)
    return refuse(`base "${base}" is not known: use one of ${Object.keys(images).join(', ')}`);
  if (base.startsWith('ubuntu')) console.error(`Note: Debian ${image} stands in for ${base} on the testbed`);
  return image;
}

function pairs(words: string[], flag: string): Record<string, string> {
  return Object.fromEntries(
    words.map((word) => keyValue(word) ?? usageError(`${flag} expects name=value, got "${word}"`)),
  );
}

function resourcePaths(words: string[]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(pairs(words, '--resource')).map(([name, path]) => [name, resolve(path)]),
  );
}
