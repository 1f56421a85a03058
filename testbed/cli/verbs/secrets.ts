import type { Command } from 'commander';
import type { SecretInfo } from '../../protocol/admin.ts';
import { columns, titles } from '../columns.ts';
import { printAs } from '../printing.ts';
import { refuse } from '../refusal.ts';
import { type ModelOptions, withModel } from '../session.ts';
import { count, verb } from '../verb.ts';

/** Registers secrets and show-secret. */
export function registerSecrets(program: Command): void {
  verb(program, 'secrets', 'Lists the secrets of a model.')
    .alias('list-secrets')
    .option('--format <format>', 'tabular, yaml or json', 'tabular')
    .action((options: ModelOptions & { format: string }) =>
      withModel(options, async ({ client }) => {
        const { secrets } = await client.call('secrets', {});
        if (options.format !== 'tabular') {
          printAs(
            options.format,
            Object.fromEntries(secrets.map((each) => [secretId(each), document(each)])),
          );
          return;
        }
        const rows = secrets.map((each) => [
          secretId(each),
          '-',
          each.owner,
          each.rotate || 'never',
          String(each.latestRevision),
        ]);
        process.stdout.write(columns(titles('ID Name Owner Rotation >Revision'), rows));
      }),
    );
  verb(program, 'show-secret <secret>', 'Shows a secret, with --reveal its content.')
    .option('--reveal', 'with its content')
    .option('-r, --revision <number>', 'which revision', count)
    .option('--format <format>', 'yaml or json', 'yaml')
    .action((text: string, options: ModelOptions & { reveal?: boolean; revision?: number; format: string }) =>
      withModel(options, async ({ client }) => {
        const { secrets } = await client.call('secrets', {});
        const found = secrets.find(
          (each) => secretId(each) === secretId({ uri: text }) || each.label === text,
        );
        if (!found) return refuse(`secret "${text}" not found: see 'juju secrets'`);
        const revision = options.revision === undefined ? {} : { revision: options.revision };
        const content = options.reveal
          ? { content: (await client.call('secretContent', { uri: found.uri, ...revision })).content }
          : {};
        printAs(options.format, { [secretId(found)]: { ...document(found), ...content } });
      }),
    );
}

function secretId(secret: { uri: string }): string {
  return secret.uri.replace(/^secret:/, '').replace(/^.*\//, '');
}

function document(secret: SecretInfo): Record<string, unknown> {
  return {
    revision: secret.latestRevision,
    owner: secret.owner,
    ...(secret.description === '' ? {} : { description: secret.description }),
    ...(secret.label === '' ? {} : { label: secret.label }),
    ...(secret.rotate === '' ? {} : { rotation: secret.rotate }),
  };
}
