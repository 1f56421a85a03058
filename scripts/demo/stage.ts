/** Types juju commands for the demo, shows what they say, and watches statuses change. */
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod';

const root = join(import.meta.dirname, '../..');

export const model = 'demo';
export const toolFolder = join(root, 'testbed/bin');
const env = { ...process.env, PATH: `${toolFolder}:${process.env['PATH'] ?? ''}`, JUJU_MODEL: model };

/** Types a juju command and shows it and its output. Rejects when it fails. */
export function juju(...args: string[]): Promise<void> {
  console.log(
    `\n$ juju ${args.map((arg) => (/^[\w./:=@-]+$/.test(arg) ? arg : JSON.stringify(arg))).join(' ')}`,
  );
  return new Promise((resolve, reject) => {
    const child = spawn('juju', args, { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'] });
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`juju ${args[0] ?? ''} ended with ${code}`)),
    );
  });
}

/** Runs a juju command without showing it and returns what it printed. */
export function quietly(...args: string[]): string {
  return spawnSync('juju', args, { cwd: root, env, encoding: 'utf8' }).stdout;
}

/** Runs an action the way the Juju of that version spells it. */
export function action(version: string, unit: string, name: string, ...params: string[]): Promise<void> {
  return version === '2.9'
    ? juju('run-action', '--wait', unit, name, ...params)
    : juju('run', unit, name, ...params);
}

const Status = z.object({
  applications: z.record(
    z.string(),
    z.object({
      units: z
        .record(
          z.string(),
          z.object({
            'workload-status': z.object({ current: z.string(), message: z.string().optional() }),
            'juju-status': z.object({ current: z.string() }),
          }),
        )
        .optional(),
    }),
  ),
});

/** One unit's status, as `juju status` shows it. */
export interface Shown {
  readonly unit: string;
  readonly current: string;
  readonly message: string;
}

/** Shows each change of a unit's status until `done` holds for what is shown. Rejects after five minutes. */
export async function watchUntil(what: string, done: (units: readonly Shown[]) => boolean): Promise<void> {
  console.log(`\n… until ${what}:`);
  const deadlineMs = performance.now() + 300_000;
  const seen = new Map<string, string>();
  for (;;) {
    const units = unitsShown();
    for (const { unit, current, message } of units) {
      const text = `${current}: ${message}`;
      if (seen.get(unit) !== text) console.log(`   ${unit.padEnd(14)} ${text}`);
      seen.set(unit, text);
    }
    if (units.length > 0 && done(units)) return;
    if (performance.now() > deadlineMs) throw new Error(`waited 5 minutes in vain until ${what}`);
    await pause(150);
  }
}

function unitsShown(): Shown[] {
  const { applications } = Status.parse(JSON.parse(quietly('status', '--format', 'json')));
  return Object.values(applications)
    .flatMap(({ units }) => Object.entries(units ?? {}))
    .map(([unit, { 'workload-status': status }]) => ({
      unit,
      current: status.current,
      message: status.message ?? '',
    }));
}

/** Addresses of the units of an application, by unit. */
export function addressesOf(application: string): Record<string, string> {
  const Addresses = z.object({
    applications: z.record(
      z.string(),
      z.object({
        units: z.record(z.string(), z.object({ 'public-address': z.string().optional() })).optional(),
      }),
    ),
  });
  const { applications } = Addresses.parse(JSON.parse(quietly('status', '--format', 'json')));
  const units = Object.entries(applications[application]?.units ?? {});
  return Object.fromEntries(units.map(([unit, { 'public-address': address }]) => [unit, address ?? '']));
}
