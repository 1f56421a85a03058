import { existsSync } from 'node:fs';
import { runCommand } from './command.ts';

/** Whether systemd runs this machine (and not merely is installed). */
export function systemdRuns(): boolean {
  return existsSync('/run/systemd/system');
}

/** Runs systemctl with `args`; throws ToolError with what it said. */
export async function systemctl(args: readonly string[], timeoutMs = 120_000): Promise<void> {
  await runCommand('systemctl', args, { timeoutMs });
}

/** Whether a unit's start is queued or under way; not so while it pauses after a failed one. */
export async function isUnitStarting(unit: string): Promise<boolean> {
  const shown = await runCommand('systemctl', ['show', '--property=ActiveState,SubState,Job', unit]);
  const underWay = /^ActiveState=activating$/m.test(shown) && !/^SubState=auto-restart/m.test(shown);
  return underWay || /^Job=[1-9]/m.test(shown);
}

export interface TransientUnit {
  /** Without `.service`. */
  readonly name: string;
  readonly description: string;
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** Starts a command as a transient unit that outlives the caller and vanishes when it ends. */
export async function startTransientUnit(unit: TransientUnit): Promise<void> {
  const environment = Object.entries(unit.environment).map(([name, value]) => `--setenv=${name}=${value}`);
  await runCommand('systemd-run', [
    `--unit=${unit.name}`,
    `--description=${unit.description}`,
    '--collect',
    '--quiet',
    '--no-block',
    ...environment,
    '--',
    ...unit.command,
  ]);
}
