import { existsSync } from 'node:fs';
import { runCommand } from './command.ts';

/** True when systemd runs this machine (and not merely is installed). */
export function systemdRuns(): boolean {
  return existsSync('/run/systemd/system');
}

/** Longer than systemd takes for anything but the start and stop of a large service. */
const LIMIT_MS = 30_000;

/** Runs systemctl with `args`; throws CommandError with what it said. */
export async function systemctl(args: readonly string[], timeoutMs = LIMIT_MS): Promise<void> {
  await runCommand('systemctl', args, { timeoutMs });
}

/**
 * True when systemd waits for ever for a unit of type forking: its starter has ended, and the process it started died before systemd had
 * read the PID file. Without a start time limit, as Debian has it for PostgreSQL, nothing ends that wait.
 */
export async function isStartAbandoned(unit: string): Promise<boolean> {
  const shown = await runCommand('systemctl', ['show', '--property=ActiveState,SubState,ControlPID', unit]);
  const lines = new Set(shown.trim().split('\n'));
  return ['ActiveState=activating', 'SubState=start', 'ControlPID=0'].every((line) => lines.has(line));
}

/** True when systemd is about to start a unit: a start is under way, or it waits to try again. */
export async function isActivating(unit: string): Promise<boolean> {
  const shown = await runCommand('systemctl', ['show', '--property=ActiveState', unit]);
  return shown.trim() === 'ActiveState=activating';
}

/** True while a transient unit that startTransientUnit started runs; one that has ended is not known any more. */
export async function isTransientUnitActive(name: string): Promise<boolean> {
  const shown = await runCommand('systemctl', ['show', '--property=ActiveState', `${name}.service`]);
  return shown.trim() === 'ActiveState=active';
}

/** Services that run, or are being started, among those whose names match one of `patterns` (`backup-*`). */
export async function activeUnits(patterns: readonly string[]): Promise<string[]> {
  const states = '--state=active,activating,deactivating';
  const list = ['list-units', '--type=service', '--plain', '--no-legend', states];
  const shown = await runCommand('systemctl', [...list, ...patterns]);
  return shown.split('\n').flatMap((line) => line.trim().split(' ')[0] || []);
}

/** State of a unit in systemd's words: `activating, start-pre`. */
export async function unitState(name: string): Promise<string> {
  const words = await runCommand('systemctl', [
    'show',
    '--property=ActiveState,SubState,Result',
    '--value',
    `${name}.service`,
  ]).catch(() => 'systemctl does not answer');
  return words.trim().split('\n').join(', ');
}

export interface TransientUnit {
  /** Without `.service`. */
  readonly name: string;
  readonly description: string;
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Settings of the unit: `Restart` → `on-failure`. */
  readonly properties?: Readonly<Record<string, string>>;
}

/** Starts a command as a transient unit that outlives the caller and vanishes when it ends. Rejects when that takes longer than `timeoutMs`. */
export async function startTransientUnit(unit: TransientUnit, timeoutMs = LIMIT_MS): Promise<void> {
  const environment = Object.entries(unit.environment).map(([name, value]) => `--setenv=${name}=${value}`);
  const properties = Object.entries(unit.properties ?? {}).map(
    ([name, value]) => `--property=${name}=${value}`,
  );
  const named = [`--unit=${unit.name}`, `--description=${unit.description}`, '--collect', '--quiet'];
  await runCommand('systemd-run', [...named, ...environment, ...properties, '--', ...unit.command], {
    timeoutMs,
  });
}
