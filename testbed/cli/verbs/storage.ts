import type { Command } from 'commander';
import { columns, titles } from '../columns.ts';
import { keyValue } from '../key-values.ts';
import { printAs } from '../printing.ts';
import { refuse } from '../refusal.ts';
import { type ModelOptions, withModel } from '../session.ts';
import { verb } from '../verb.ts';

/** Registers storage, add-storage, detach-storage, attach-storage, remove-storage. */
export function registerStorage(program: Command): void {
  verb(program, 'storage', 'Lists the storage of a model.')
    .alias('list-storage')
    .option('--format <format>', 'tabular, yaml or json', 'tabular')
    .action((options: ModelOptions & { format: string }) =>
      withModel(options, async ({ client }) => {
        const { storage } = await client.call('storage', {});
        if (options.format !== 'tabular') {
          printAs(options.format, {
            storage: Object.fromEntries(storage.map(({ id, ...rest }) => [id, rest])),
          });
          return;
        }
        const rows = storage.map((each) => [
          each.unit ?? '',
          each.id,
          'filesystem',
          'rootfs',
          each.sizeMiB === null ? '' : `${each.sizeMiB} MiB`,
          each.status,
          '',
        ]);
        process.stdout.write(columns(titles('Unit Storage_ID Type Pool Size Status Message'), rows));
      }),
    );
  verb(
    program,
    'add-storage <unit> <storage...>',
    'Gives a unit more storage: name, name=1G, name=2,1G.',
  ).action((unit: string, words: string[], options: ModelOptions) =>
    withModel(options, async ({ client }) => {
      for (const word of words) {
        const [name, spec] = keyValue(word) ?? [word, '1'];
        for (const id of (await client.call('addStorage', { unit, name, spec })).ids) {
          console.error(`added storage ${id} to ${unit}`);
        }
      }
    }),
  );
  verb(program, 'detach-storage <ids...>', 'Takes storage from its unit; the data stays.')
    .option('--force', 'without waiting for hooks')
    .option('--no-wait', 'the testbed never waits')
    .action((ids: string[], options: ModelOptions & { force?: boolean }) =>
      withModel(options, async ({ client }) => {
        for (const id of ids) {
          await client.call('detachStorage', { id, force: options.force ?? false });
          console.error(`detaching ${id}`);
        }
      }),
    );
  verb(program, 'attach-storage <unit> <ids...>', 'Gives detached storage to a unit.').action(
    (unit: string, ids: string[], options: ModelOptions) =>
      withModel(options, async ({ client }) => {
        for (const id of ids) {
          await client.call('attachStorage', { unit, id });
          console.error(`attaching ${id} to ${unit}`);
        }
      }),
  );
  verb(program, 'remove-storage <ids...>', 'Deletes storage with its data.')
    .option('--force', 'also while attached')
    .option('--no-destroy', 'keeps the data: not done here')
    .action((ids: string[], options: ModelOptions & { force?: boolean; destroy: boolean }) =>
      withModel(options, async ({ client }) => {
        if (!options.destroy)
          refuse('storage of the testbed lives only in its model: leave it detached instead');
        for (const id of ids) {
          await client.call('removeStorage', { id, force: options.force ?? false });
          console.error(`removing ${id}`);
        }
      }),
    );
}
