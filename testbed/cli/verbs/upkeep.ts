import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { configArguments } from '../key-values.ts';
import { refuse, usageError } from '../refusal.ts';
import { type ModelOptions, withModel } from '../session.ts';
import { unitsOf } from '../units.ts';
import { repeatable, verb, withoutEffect } from '../verb.ts';
import { findCharm } from './deploy.ts';

interface RefreshOptions extends ModelOptions {
  path?: string;
  switch?: string;
  force?: boolean;
  forceUnits?: boolean;
  config: string[];
}

/** Registers resolved and refresh (upgrade-charm). */
export function registerUpkeep(program: Command): void {
  verb(program, 'resolved [units...]', 'Has failed hooks run again, or skips them.')
    .alias('resolve')
    .option('--no-retry', 'counts the failed hook as done')
    .option('--all', 'every unit in error')
    .action((units: string[], options: ModelOptions & { retry: boolean; all?: boolean }) =>
      withModel(options, async ({ client }) => {
        const failed = unitsOf(await client.call('status', {})).filter(
          (unit) =>
            unit.status['workload-status'].current === 'error' ||
            unit.status['juju-status'].current === 'error',
        );
        const chosen = options.all ? failed.map((unit) => unit.name) : units;
        if (chosen.length === 0 && !options.all)
          usageError('no unit specified: juju resolved <unit>, or --all');
        for (const unit of chosen) await client.call('resolved', { unit, retry: options.retry });
      }),
    );
  const refresh = verb(program, 'refresh <application>', 'Gives an application new charm code.')
    .alias('upgrade-charm')
    .option('--path <charm>', 'a folder or a .charm')
    .option('--switch <charm>', 'a folder, a .charm or a name')
    .option('--force', 'no effect on the testbed')
    .option('--force-units', 'also units in error')
    .addOption(repeatable('--config <key=value|file>', 'options to set with it'));
  withoutEffect(
    refresh,
    '--channel <channel>',
    '--revision <number>',
    '--resource <name=file>',
    '--storage <spec>',
  );
  refresh.action((application: string, options: RefreshOptions) =>
    withModel(options, async ({ client }) => {
      const charmPath =
        options.path === undefined ? findCharm(options.switch ?? application) : resolve(options.path);
      if (!existsSync(charmPath)) refuse(`cannot refresh from "${charmPath}": no such file or folder`);
      const { revision } = await client.call('refresh', {
        application,
        charmPath,
        force: options.forceUnits ?? false,
      });
      if (options.config.length > 0) {
        await client.call('config.set', { application, set: configArguments(options.config, application) });
      }
      console.error(`Added local charm "${application}", revision ${revision}, to the model`);
    }),
  );
}
